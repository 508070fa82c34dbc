import { open, readFile, readdir } from 'node:fs/promises';
import { invalidData, systemReason } from './invalid.ts';

/**
 * The bytes of a file of a data set.
 * @throws NoisefloorError `dataset-invalid` where the system does not give it.
 */
export async function readWhole(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw invalidData(file, `${systemReason(error)}.`, error);
  }
}

/**
 * A part of a file of a data set; shorter where the file ends.
 * @throws NoisefloorError `dataset-invalid` where the system does not give it.
 */
export async function readPart(file: string, offset: number, length: number): Promise<Uint8Array> {
  try {
    const handle = await open(file);
    try {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw invalidData(file, `${systemReason(error)}.`, error);
  }
}

/**
 * The names of what is in a folder.
 * @param advice a sentence on which folder is meant.
 * @throws NoisefloorError `dataset-invalid` where there is no such folder, or it may not be read.
 */
export async function namesIn(folder: string, advice: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw invalidData(folder, `${systemReason(error)}. ${advice}`, error);
  }
}
