import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { PROVIDER_TITLES, PROVIDERS, type Provider, type ProviderChoice } from '../../domain/model.ts';

/** Whether an execution provider can be tried here, and how to get it where it cannot. */
export interface ProviderAvailability {
  provider: Provider;
  title: string;
  available: boolean;
  /** Why it is not available, as a clause; '' where it is. */
  reason: string;
  /** One line: how to get it; '' where it is available. */
  howToGet: string;
}

interface ProviderFacts {
  /** `platform-arch` for which the onnxruntime-node package brings it, or can load it. */
  systems: readonly string[];
  /** A library that must be in the package's folder in addition to what npm installs. */
  library?: string;
  howToGet: string;
}

/** From the folders of onnxruntime-node 1.30.0 and its script/install-metadata.js: see docs/providers.md. */
const facts = {
  cuda: {
    systems: ['linux-x64'],
    library: 'libonnxruntime_providers_cuda.so',
    howToGet:
      'On Linux x64 with an NVIDIA GPU, CUDA 12 and cuDNN 9: `ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js` (docs/providers.md).',
  },
  dml: {
    systems: ['win32-x64', 'win32-arm64'],
    howToGet:
      'It comes with the Windows package and needs Windows 10 or 11 with a DirectX 12 GPU (docs/providers.md).',
  },
  coreml: {
    systems: ['darwin-arm64'],
    howToGet: 'It comes with the package for Macs with Apple silicon (docs/providers.md).',
  },
  webgpu: {
    systems: ['linux-x64', 'win32-x64', 'win32-arm64', 'darwin-arm64'],
    howToGet:
      'It comes with the packages for Windows, Linux x64 and Apple silicon; Linux also needs a Vulkan driver and libvulkan1 (docs/providers.md).',
  },
  cpu: {
    systems: ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'],
    howToGet: 'Use Linux, Windows, or a Mac with Apple silicon: onnxruntime-node has no build for others.',
  },
} satisfies Record<Provider, ProviderFacts>;

/**
 * The order of `auto`, the fastest first. WebGPU is never chosen automatically: its makers call it
 * experimental, and on Linux it may run on a software Vulkan driver, which is slower than the CPU provider.
 */
const autoOrder: Partial<Record<NodeJS.Platform, Provider[]>> = {
  linux: ['cuda', 'cpu'],
  win32: ['dml', 'cpu'],
  darwin: ['coreml', 'cpu'],
};

function packageBinaries(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
    return path.join(path.dirname(manifest), 'bin', 'napi-v6', process.platform, process.arch);
  } catch {
    return null;
  }
}

/**
 * Availability of a provider on this system, according to files only: its driver may still refuse to start.
 */
export function providerAvailability(provider: Provider): ProviderAvailability {
  const { systems, howToGet, library }: ProviderFacts = facts[provider];
  const title = PROVIDER_TITLES[provider];
  const system = `${process.platform}-${process.arch}`;
  let reason = '';
  if (!systems.includes(system)) reason = `onnxruntime-node has no ${title} for ${system}`;
  else if (library) {
    const folder = packageBinaries();
    if (!folder || !existsSync(path.join(folder, library)))
      reason = `its library ${library} is not installed`;
  }
  const available = reason === '';
  return { provider, title, available, reason, howToGet: available ? '' : howToGet };
}

/** All providers, those that can be tried here and those that cannot with how to get them. */
export function availableProviders(): ProviderAvailability[] {
  return PROVIDERS.map(providerAvailability);
}

/** GPU providers that can be tried here. On Linux WebGPU would run on the CPU where there is no graphics device. */
export function gpuProviders(): Provider[] {
  const hasDevice = process.platform !== 'linux' || existsSync('/dev/dri') || existsSync('/dev/nvidia0');
  return PROVIDERS.filter(
    (provider) => provider !== 'cpu' && hasDevice && providerAvailability(provider).available,
  );
}

/** Whether the driver of an NVIDIA GPU is loaded, under WSL too. */
const hasNvidiaDriver = () => ['/dev/nvidiactl', '/dev/dxg'].some((file) => existsSync(file));

/** By `auto`, CUDA is not tried without an NVIDIA GPU: that it is missing there is of no use to anybody. */
export function providersToTry(
  choice: ProviderChoice,
  platform = process.platform,
  hasNvidia = hasNvidiaDriver,
): Provider[] {
  if (choice !== 'auto') return [choice];
  const order = autoOrder[platform] ?? ['cpu'];
  return order.filter((provider) => provider !== 'cuda' || hasNvidia());
}

/** @param reason clause that says why it cannot be used */
export function missingProvider(provider: Provider, reason: string): AppError {
  const { howToGet } = facts[provider];
  return new AppError(
    'provider-missing',
    `${PROVIDER_TITLES[provider]} cannot be used here: ${reason}`,
    howToGet,
  );
}

/** The sentence of a ProviderReport that says why a faster provider was skipped. */
export function fallbackSentence(provider: Provider, reason: string): string {
  return `${PROVIDER_TITLES[provider]} is not used: ${reason}.`;
}
