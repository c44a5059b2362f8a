import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { DialtoneError } from '../core/errors.ts';
import { badFile } from './archive/bad-file.ts';
import { unbzip2 } from './archive/unbzip2.ts';
import { unpack } from './archive/unpack.ts';
import type { CatalogueModel, ModelDownload } from './catalogue.ts';
import { downloadFile } from './download/download-file.ts';
import { PartFile } from './download/part-file.ts';
import { installedModel } from './find-model.ts';
import type { ModelLimits } from './limits.ts';
import { type Manifest, sha256Of, writeManifest } from './manifest.ts';
import { Workshop } from './workshop.ts';

/** Tells how far an installation is. */
export interface InstallProgress {
  /** @param total bytes of the whole file; undefined when the server does not say */
  downloading(file: string, received: number, total: number | undefined): void;
  /** @param done bytes of the archive that have been unpacked, of `total` */
  unpacking(file: string, done: number, total: number): void;
}

/** How a model is installed. */
export interface InstallOptions {
  readonly modelsDir: string;
  /** Where the releases of sherpa-onnx are, or a mirror of them: a file is at `/<release>/<file>` below it. No slash at its end. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly limits: ModelLimits;
  /** Gives names that are unique in the world. */
  readonly uniqueId: () => string;
  /** Aborting it ends the installation; what has been fetched is kept. */
  readonly signal: AbortSignal;
  readonly progress: InstallProgress;
}

/** A model that is in its place. */
export interface InstalledModel {
  readonly folder: string;
  /** What was fetched; undefined when the model was there before. */
  readonly downloads: Manifest['downloads'] | undefined;
}

/** An honest archive of weights hardly shrinks, so it unpacks to a small multiple of its size; texts have the rest. */
const maxUnpacked = (bytes: number): number => 10 * bytes + 64 * 1024 * 1024;

/**
 * Installs a model: fetches its files, compares them with what is known of them, unpacks them beside the models, and moves
 * the finished folder to its place in one step. A model that is there is left alone.
 * @throws DialtoneError `model_busy`, `model_download_failed`, `model_bad_file`, `model_folder`; the signal's reason
 */
export async function installModel(model: CatalogueModel, options: InstallOptions): Promise<InstalledModel> {
  const { modelsDir, clock, uniqueId } = options;
  const workshop = new Workshop(modelsDir, model.name);
  const before = installedModel(model.name, modelsDir);
  if (before !== undefined) return { folder: before, downloads: undefined };
  return workshop.alone(uniqueId(), clock, async (lost) => {
    // Another process may have finished it just now.
    const since = installedModel(model.name, modelsDir);
    if (since !== undefined) return { folder: since, downloads: undefined };
    await workshop.clear();
    return make(model, workshop, { ...options, signal: AbortSignal.any([options.signal, lost]) });
  });
}

async function make(model: CatalogueModel, workshop: Workshop, options: InstallOptions): Promise<InstalledModel> {
  await mkdir(workshop.parts, { recursive: true });
  const fetched: Fetched[] = [];
  for (const download of model.downloads) fetched.push(await fetchAndCompare(download, workshop, options));
  const made = await workshop.temporary(options.uniqueId());
  for (const { download, part } of fetched) {
    options.signal.throwIfAborted();
    if (isArchive(download)) await unpackInto(made, download, part, workshop, options);
    else await copyFile(part.path, join(made, download.file));
  }
  const downloads = fetched.map(({ noted }) => noted);
  await writeManifest(made, {
    model: model.name,
    installedAt: new Date(options.clock.wallNow()).toISOString(),
    downloads,
  });
  options.signal.throwIfAborted();
  const folder = join(options.modelsDir, model.name);
  await rename(made, folder).catch((error: unknown) => {
    // The user has copied the model there in the meantime: it is as good.
    if (installedModel(model.name, options.modelsDir) === undefined) throw error;
  });
  await rm(workshop.parts, { recursive: true, force: true });
  return { folder, downloads };
}

interface Fetched {
  readonly download: ModelDownload;
  readonly part: PartFile;
  readonly noted: Manifest['downloads'][number];
}

async function fetchAndCompare(
  download: ModelDownload,
  workshop: Workshop,
  { baseUrl, clock, limits, signal, progress }: InstallOptions,
): Promise<Fetched> {
  const { release, file, sha256: wanted } = download;
  const url = new URL(`${baseUrl}/${release}/${file}`);
  const part = new PartFile(join(workshop.parts, `${file}.part`));
  await downloadFile(url, part, {
    limits,
    clock,
    signal,
    onProgress: (received, total) => progress.downloading(file, received, total),
  });
  const sha256 = await sha256Of(part.path);
  if (wanted !== undefined && sha256 !== wanted) {
    await part.remove();
    throw badFile(
      `${file} from ${url.host} is not the file that dialtone knows (SHA-256 ${sha256} instead of ${wanted}); it is deleted. ` +
        'Try again; if it stays so, look for a newer dialtone, or check MODELS_BASE_URL if it is set',
    );
  }
  const { size } = await stat(part.path);
  return { download, part, noted: { url: url.href, bytes: size, sha256, compared: wanted !== undefined } };
}

const isArchive = ({ file }: ModelDownload): boolean => file.endsWith('.tar.bz2');

/** An archive has one folder, of the model's name as a rule: what is in that is the model. */
async function unpackInto(
  made: string,
  { file }: ModelDownload,
  part: PartFile,
  workshop: Workshop,
  { signal, progress, uniqueId }: InstallOptions,
): Promise<void> {
  const { size } = await stat(part.path);
  const unpacked = await workshop.temporary(uniqueId());
  try {
    const packed = counted(createReadStream(part.path), signal, (done) => progress.unpacking(file, done, size));
    await unpack(unbzip2(packed, maxUnpacked(size)), unpacked);
  } catch (error) {
    if (!(error instanceof DialtoneError) || error.code !== 'model_bad_file') throw error;
    await part.remove();
    throw badFile(
      `${file} ${error.message}; it is deleted. Try again, or another source by MODELS_BASE_URL`,
      error.cause,
    );
  }
  const [only, ...others] = await readdir(unpacked, { withFileTypes: true });
  const inner = only?.isDirectory() && others.length === 0 ? join(unpacked, only.name) : unpacked;
  for (const name of await readdir(inner)) await rename(join(inner, name), join(made, name));
}

async function* counted(
  stream: AsyncIterable<Buffer>,
  signal: AbortSignal,
  tell: (done: number) => void,
): AsyncGenerator<Buffer> {
  let done = 0;
  for await (const bytes of stream) {
    signal.throwIfAborted();
    yield bytes;
    done += bytes.length;
    tell(done);
  }
}
