import path from 'node:path';
import { compile } from './compile.js';

/** The loader's path to a fake CUDA driver that is compiled now, and to a fake NCCL where one is wanted. */
export function compileFakeCuda({ nccl }: { nccl: boolean }): string {
  const cuda = path.dirname(compile('fake-cuda.c', 'libcuda.so.1', '-shared', '-fPIC'));
  if (!nccl) return cuda;
  const links = ['-Wl,--no-as-needed', `-L${cuda}`, '-l:libcuda.so.1'];
  return `${cuda}:${path.dirname(compile('fake-nccl.c', 'libnccl.so.2', '-shared', '-fPIC', ...links))}`;
}
