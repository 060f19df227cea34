import { isUnavailable, type Reading } from '../../src-main/contract/evidence.js';
import { formatGiB, gib } from '../../src-main/contract/format.js';
import type { Gpu, Machine } from '../../src-main/contract/machine.js';
import type { Report } from '../../src-main/contract/report.js';
import { Facts, Section, Value, WideTable } from './bits.js';
import { Status } from './status.js';
import { checkWords } from './words.js';

/** What it was measured on; in a plan, where it was worked out. */
export function MachineSection({ report: { machine, device } }: { report: Report }) {
  const { host } = machine;
  const planned = device.used === 'none';
  return (
    <Section
      id="machine"
      title={planned ? 'Machine that this was planned on' : 'Machine'}
      aside={planned ? `${host.hostname}; nothing was run on it` : host.hostname}
    >
      {machine.gpus.length > 0 && <GpuTable gpus={machine.gpus} />}
      <Facts
        facts={[
          ['Device', planned ? device.reason : `${device.used}: ${device.reason}`],
          ['Processor', <CpuLine key="cpu" cpu={host.cpu} />],
          ['Host memory', `${formatGiB(host.memory.freeBytes)} free of ${formatGiB(host.memory.totalBytes)}`],
          [
            'Memory limit',
            <Value key="limit" of={host.memory.cgroupLimitBytes}>
              {(bytes) => formatGiB(bytes)}
            </Value>,
          ],
          ['System', `${host.os}, ${host.arch}, Node ${host.node}`],
        ]}
      />
      {!planned && machine.providers.length > 0 && <Providers providers={machine.providers} />}
    </Section>
  );
}

function Providers({ providers }: Pick<Machine, 'providers'>) {
  return (
    <>
      <h3>Providers</h3>
      <ul className="rows">
        {providers.map((provider) => (
          <li key={provider.device}>
            <Status
              {...(provider.usable ? { mark: 'pass', word: 'usable' } : { mark: 'none', word: 'not usable' })}
            />
            <span>
              <b>{provider.device}</b> {provider.reason}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function CpuLine({ cpu }: { cpu: Machine['host']['cpu'] }) {
  return (
    <>
      <Value of={cpu.name}>{(name) => name}</Value>, {cpu.usableCores} usable{' '}
      {cpu.usableCores === 1 ? 'core' : 'cores'}
    </>
  );
}

function GpuTable({ gpus }: { gpus: Gpu[] }) {
  return (
    <WideTable label="Table of GPUs">
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">GPU</th>
            {['total GiB', 'free GiB', 'used GiB'].map((name) => (
              <th scope="col" className="figure" key={name}>
                {name}
              </th>
            ))}
            <th scope="col">held by</th>
            <th scope="col" className="nowrap">
              compute
            </th>
            <th scope="col">driver, CUDA</th>
            <th scope="col">runs Open-Sora</th>
          </tr>
        </thead>
        <tbody>
          {gpus.map((gpu, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: hidden GPUs have no index of their own
            <GpuRow key={index} gpu={gpu} />
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function GpuRow({ gpu }: { gpu: Gpu }) {
  const { totalBytes, freeBytes, usedBytes } = gpu.memory;
  const text = (of: Reading<string>) => <Value of={of}>{(value) => value}</Value>;
  return (
    <tr>
      <th scope="row" className="nowrap">
        {gpu.index ?? 'hidden'} <small className="inline">{gpu.name}</small>
      </th>
      {[totalBytes, freeBytes, usedBytes].map((bytes, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: three fixed columns
        <td className="figure" key={index}>
          <Value of={bytes}>{(value) => gib(value, 1)}</Value>
        </td>
      ))}
      <td>
        <Value of={gpu.processes}>
          {(processes) =>
            processes.length === 0
              ? 'nobody'
              : processes
                  .map(
                    ({ name, pid, usedBytes: used }) =>
                      `${isUnavailable(name) ? 'process' : name} ${pid}${isUnavailable(used) ? '' : `, ${formatGiB(used)}`}`,
                  )
                  .join('; ')
          }
        </Value>
      </td>
      <td>{text(gpu.computeCapability)}</td>
      <td className="nowrap">
        {text(gpu.driverVersion)}, {text(gpu.cudaVersion)}
      </td>
      <td>
        <Status {...(gpu.runsOpenSora.ok ? { mark: 'pass', word: 'yes' } : { mark: 'fail', word: 'no' })} />{' '}
        <small className="inline">{gpu.runsOpenSora.reason}</small>
      </td>
    </tr>
  );
}

/** Health checks, with what to do about each that does not pass. */
export function ChecksSection({ machine }: { machine: Machine }) {
  const wanting = machine.checks.filter((check) => check.status === 'look' || check.status === 'fail').length;
  return (
    <Section id="checks" title="Checks" aside={wanting === 0 ? 'all in order' : `${wanting} want attention`}>
      <ul className="rows">
        {machine.checks.map((check) => (
          <li key={check.id}>
            <Status {...checkWords[check.status]} />
            <span>
              {check.text}
              {check.action && <small>{check.action}</small>}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
