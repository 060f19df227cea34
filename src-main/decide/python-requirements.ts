import type { Target } from '../contract/target.js';

export interface PythonRequirement {
  /** pip's name of it. */
  package: string;
  /** `==1.2`, `>=1.2`, or empty where upstream names no version. */
  version: string;
  /** What to set where it is missing; absent where Open-Sora does not start without it. */
  without?: string;
}

const flashAttention = (setting: string) => ({
  package: 'flash-attn',
  version: '',
  without: `set ${setting}=False`,
});
// NVIDIA's own: what PyPI has by this name is another project, of versions 0.9 and later.
const apex = { package: 'apex', version: '==0.1', without: 'set enable_layernorm_kernel=False' };

/**
 * What each version's install takes. v1.0 and v1.1: requirements.txt and README.md ("Installation"), which name no
 * versions; v1.2 and v1.3: requirements/requirements.txt and requirements-cu121.txt; v2.0: requirements.txt and README.md
 * of main. xformers is imported without a way around it in v1.x (opensora/models/layers/blocks.py), as flash-attn and
 * liger-kernel are in v2.0 (opensora/models/mmdit/math.py), where xformers serves the autoencoder if it is there
 * (opensora/models/hunyuan_vae/distributed.py). Every published config of v1.x turns flash-attn and apex on. NVIDIA's
 * apex calls itself 0.1 (its setup.py).
 */
export const pythonRequirements: Readonly<Record<Target['model'], readonly PythonRequirement[]>> = {
  'v1.0': [
    { package: 'torch', version: '' },
    { package: 'colossalai', version: '' },
    { package: 'xformers', version: '' },
    flashAttention('enable_flashattn'),
    apex,
  ],
  'v1.1': [
    { package: 'torch', version: '' },
    { package: 'colossalai', version: '' },
    { package: 'xformers', version: '' },
    flashAttention('enable_flashattn'),
    apex,
  ],
  'v1.2': [
    { package: 'torch', version: '==2.3.0' },
    { package: 'colossalai', version: '==0.3.7' },
    { package: 'xformers', version: '==0.0.26.post1' },
    flashAttention('enable_flash_attn'),
    apex,
  ],
  'v1.3': [
    { package: 'torch', version: '==2.2.2' },
    { package: 'colossalai', version: '>=0.4.1' },
    { package: 'xformers', version: '==0.0.25.post1' },
    flashAttention('enable_flash_attn'),
    apex,
  ],
  'v2.0': [
    { package: 'torch', version: '==2.4.0' },
    { package: 'colossalai', version: '>=0.4.4' },
    { package: 'flash-attn', version: '' },
    { package: 'liger-kernel', version: '==0.5.2' },
    { package: 'xformers', version: '==0.0.27.post2', without: 'the autoencoder runs without it' },
  ],
};
