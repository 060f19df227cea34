import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** A software GPU for WebGPU: variables for the process that uses it. */
export interface SwiftShader {
  env: Record<string, string>;
  remove(): void;
}

/** Why there is none here; undefined where there is. */
export const noSwiftShader =
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : 'the SwiftShader of @sparticuz/chromium is for Linux on x64';

const packed = join(import.meta.dirname, '../../node_modules/@sparticuz/chromium/bin/swiftshader.tar.br');

/** Unpacks SwiftShader and a Vulkan loader from the package @sparticuz/chromium. */
export function unpackSwiftShader(): SwiftShader {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-swiftshader-'));
  const input = brotliDecompressSync(readFileSync(packed));
  const { status, stderr } = spawnSync('tar', ['-x', '-C', folder], { input, maxBuffer: input.length });
  if (status !== 0) throw new Error(`tar ended with ${status}: ${stderr}`);
  const icd = join(folder, 'vk_swiftshader_icd.json');
  const described = JSON.parse(readFileSync(icd, 'utf8')) as { ICD: { library_path: string } };
  described.ICD.library_path = join(folder, 'libvk_swiftshader.so');
  writeFileSync(icd, JSON.stringify(described));
  return {
    env: {
      VK_ICD_FILENAMES: icd,
      VK_DRIVER_FILES: icd,
      LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
