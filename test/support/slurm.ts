import { execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { markedProcesses, markerName, until } from './processes.js';

const controller = 'slurmctld';

/** Why a real Slurm cannot be started here, or undefined where it can. */
export function noSlurm(): string | undefined {
  if (process.platform !== 'linux') return 'Slurm runs on Linux';
  if (process.getuid?.() !== 0) return 'its daemons are started as root';
  const missing = ['munged', 'slurmctld', 'slurmd'].filter((name) => !existsSync(join('/usr/sbin', name)));
  return missing.length > 0 ? `missing: ${missing.join(', ')} (Debian: slurm-wlm, munge)` : undefined;
}

/** Partitions by name, with the nodes in each. The first is the default; `urgent` takes nodes from the others. */
export type Partitions = Readonly<Record<string, readonly string[]>>;

/** A Slurm of its own: munge, a controller and a slurmd a node, all on this machine, in a folder that goes with it. */
export class TestSlurm {
  private readonly marker = randomUUID();

  private constructor(readonly folder: string) {}

  /** @param down nodes whose slurmd is not started */
  static async start(partitions: Partitions, down: readonly string[] = []): Promise<TestSlurm> {
    const nodes = [...new Set(Object.values(partitions).flat())];
    const free = await freePorts(nodes.length + 1);
    const ports = new Map([controller, ...nodes].map((name, index) => [name, free[index]!]));
    const slurm = new TestSlurm(mkdtempSync(join(tmpdir(), 'preflight-slurm-')));
    chmodSync(slurm.folder, 0o755); // munged wants its socket to be reached by all
    mkdirSync(join(slurm.folder, 'state'));
    writeFileSync(slurm.env.SLURM_CONF!, configuration(slurm.folder, ports, partitions));
    try {
      await slurm.startDaemons(nodes, down);
    } catch (error) {
      await slurm.stop();
      throw error;
    }
    return slurm;
  }

  /** By which Slurm's commands find this one, and this its jobs. */
  get env(): Record<string, string> {
    return { SLURM_CONF: join(this.folder, 'slurm.conf'), [markerName]: this.marker };
  }

  /** One of Slurm's commands. @throws Error where it fails */
  command(program: string, ...args: string[]): string {
    const env = { ...process.env, ...this.env };
    return execFileSync(program, args, { encoding: 'utf8', env, timeout: 20_000 });
  }

  /** The jobs that a node was ever given, as `id STATE` each. */
  jobsOn(node: string): string[] {
    const lines = this.command('squeue', '-h', '-t', 'all', '-o', '%i %T %N').split('\n');
    return lines.filter((line) => line.endsWith(` ${node}`)).map((line) => line.slice(0, -node.length - 1));
  }

  /** Ends a node as a power cut would: its slurmd, and all that it runs. */
  cutPower(node: string): void {
    for (const pid of this.processes()) if (isOf(pid, node)) kill(pid);
  }

  /** Ends everything: daemons, jobs, and the folder. */
  async stop(): Promise<void> {
    for (let round = 0; round < 100 && this.processes().length > 0; round += 1) {
      for (const pid of this.processes()) kill(pid);
      await setTimeout(50);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  processes(): number[] {
    return markedProcesses(this.marker);
  }

  private async startDaemons(nodes: readonly string[], down: readonly string[]): Promise<void> {
    const at = (name: string) => join(this.folder, name);
    writeFileSync(at('munge.key'), randomBytes(128), { mode: 0o600 });
    const munge = ['socket', 'key-file', 'pid-file', 'log-file', 'seed-file'];
    const files = munge.map((name) => `--${name}=${at(`munge.${name.replace(/-file$/, '')}`)}`);
    this.daemon('munged', ['--foreground', ...files]);
    await until('munge', () => existsSync(at('munge.socket')), 10_000);
    this.daemon('slurmctld', ['-D']);
    for (const node of nodes) {
      mkdirSync(at(node));
      if (!down.includes(node)) this.daemon('slurmd', ['-D', '-N', node], { [nodeVariable]: node });
    }
    const up = nodes.filter((node) => !down.includes(node));
    await until(
      'every node',
      () => this.idle().filter((node) => up.includes(node)).length === up.length,
      30_000,
    );
  }

  private idle(): string[] {
    try {
      const lines = this.command('sinfo', '-N', '-h', '-o', '%N %T').split('\n');
      return [...new Set(lines.filter((line) => line.endsWith(' idle')).map((line) => line.split(' ')[0]!))];
    } catch {
      return []; // the controller is not up yet
    }
  }

  private daemon(name: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): void {
    const log = openSync(join(this.folder, `${name}${more[nodeVariable] ?? ''}.out`), 'w');
    const child = spawn(`/usr/sbin/${name}`, args, {
      env: { ...process.env, ...this.env, ...more },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.on('error', () => {}); // what waits for it then says that it is not there
  }
}

/** A variable by which a slurmd and its steps are known; a job's processes have Slurm's own. */
const nodeVariable = 'PREFLIGHT_TEST_NODE';

function isOf(pid: number, node: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return [nodeVariable, 'SLURMD_NODENAME'].some((name) => environment.includes(`${name}=${node}`));
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {} // it has ended by itself
}

function configuration(folder: string, ports: ReadonlyMap<string, number>, partitions: Partitions): string {
  const host = hostname();
  const nodes = [...ports].filter(([name]) => name !== controller);
  const others = Object.keys(partitions).filter((name) => name !== 'urgent');
  return [
    'ClusterName=preflight',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${ports.get(controller)}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${folder}/munge.socket`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'JobAcctGatherType=jobacct_gather/none',
    'MpiDefault=none',
    'SwitchType=switch/none',
    'ReturnToService=2',
    `StateSaveLocation=${folder}/state`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdSpoolDir=${folder}/%n`,
    `SlurmdPidFile=${folder}/%n.pid`,
    `SlurmdLogFile=${folder}/%n.log`,
    // Quick to see that a node is gone, and to end what is cancelled.
    'SlurmdTimeout=5',
    'KillWait=5',
    'SchedulerParameters=batch_sched_delay=0,sched_interval=1',
    'PreemptType=preempt/partition_prio',
    'PreemptMode=CANCEL',
    ...nodes.map(
      ([name, port]) => `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=1`,
    ),
    ...Object.entries(partitions).map(
      ([name, members]) =>
        `PartitionName=${name} Nodes=${members.join(',')} Default=${name === others[0] ? 'YES' : 'NO'} MaxTime=INFINITE PriorityTier=${name === 'urgent' ? 2 : 1}`,
    ),
    '',
  ].join('\n');
}

/** Ports that nobody listens on now, held all at once so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}
