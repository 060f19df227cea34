import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { jobsFor, type ManifestRequest, manifestYaml } from '../../../src-main/cluster/manifest.js';

// What is written is typed by kubernetes-types, which is made of Kubernetes' own schema: a wrong field does not compile.

const request: ManifestRequest = {
  name: 'preflight-0a1b2c3d',
  command: ['node', '/app/scripts/preflight.mjs', 'run', '--model=v1.2', "--data=/d/$(HOME): it's #1"],
  readOnly: ['/app', '/d'],
  out: '/shared/out $(x)',
  image: 'node:20-bookworm',
  gpus: 8,
  nodes: ['gpu01', 'true'],
  limitSeconds: 600,
};
const documents = (text: string) =>
  parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });

describe('the manifest', () => {
  it('is a Job a node that runs once, with a limit of GPUs', () => {
    const jobs = documents(manifestYaml(request));
    expect(jobs).toEqual(jobsFor(request));
    expect(jobs.map(({ metadata }) => metadata.name)).toEqual([
      'preflight-0a1b2c3d-1',
      'preflight-0a1b2c3d-2',
    ]);
    for (const { apiVersion, kind, spec } of jobs) {
      expect({ apiVersion, kind }).toEqual({ apiVersion: 'batch/v1', kind: 'Job' });
      expect(spec).toMatchObject({
        completions: 1,
        parallelism: 1,
        backoffLimit: 0,
        activeDeadlineSeconds: 600,
      });
      expect(spec.template.spec.restartPolicy).toBe('Never');
      expect(spec.template.spec.containers[0].resources).toEqual({ limits: { 'nvidia.com/gpu': '8' } });
    }
    expect(jobs.map(({ spec }) => spec.template.spec.nodeSelector['kubernetes.io/hostname'])).toEqual([
      'gpu01',
      'true',
    ]);
  });

  it('keeps counted nodes apart, and asks for no GPU where none is wanted', () => {
    const [job, ...rest] = documents(manifestYaml({ ...request, nodes: 3, gpus: 0, limitSeconds: null }));
    expect(rest).toHaveLength(2);
    const { affinity, containers, nodeSelector } = job.spec.template.spec;
    expect(affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution).toEqual([
      {
        labelSelector: { matchLabels: job.spec.template.metadata.labels },
        topologyKey: 'kubernetes.io/hostname',
      },
    ]);
    expect(nodeSelector).toBeUndefined();
    expect(containers[0].resources).toBeUndefined();
    expect(job.spec).not.toHaveProperty('activeDeadlineSeconds');
  });

  it('lets Kubernetes replace nothing of the words but the name of the node', () => {
    const [job] = documents(manifestYaml(request));
    const { command, env, volumeMounts } = job.spec.template.spec.containers[0];
    expect(command.at(-2)).toBe("--data=/d/$$(HOME): it's #1");
    expect(command.at(-1)).toBe('--out=/shared/out $$(x)/nodes/$(NODE_NAME)');
    expect(env).toEqual([{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }]);
    expect(volumeMounts).toEqual([
      { name: 'path-1', mountPath: '/app', readOnly: true },
      { name: 'path-2', mountPath: '/d', readOnly: true },
      { name: 'path-3', mountPath: '/shared/out $(x)' },
    ]);
    expect(job.spec.template.spec.volumes.map(({ hostPath }: { hostPath: object }) => hostPath)).toEqual([
      { path: '/app' },
      { path: '/d' },
      { path: '/shared/out $(x)', type: 'Directory' },
    ]);
  });
});
