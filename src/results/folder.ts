import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';
import { workOrderSchema, type WorkOrder } from '../study/replicate.ts';
import { readRegularFile, systemErrorCode, syncFolder, writeError, writeFileDurably } from './durableFile.ts';

/** A work order is a task in JSON; one that is larger is not read. */
const maximumOrderBytes = 4 * 1024 * 1024;

export const orderPath = (folder: string): string => path.join(folder, 'order.json');
export const recordsPath = (folder: string): string => path.join(folder, 'records.log');
export const lockPath = (folder: string): string => path.join(folder, 'lock');
/** Relative to the folder, with `/` on every platform. */
export const stateName = (epoch: number): string => `state-${epoch}.safetensors`;
export const checkpointName = (epoch: number): string => `checkpoints/epoch-${epoch}.safetensors`;

/**
 * Makes a result folder that holds nothing but its work order; folders above it are made too.
 * @throws NoisefloorError `result-folder-exists` when there is an order already, `disk-full`, `not-writable`.
 */
export function prepareResultFolder(folder: string, order: WorkOrder): void {
  if (existsSync(orderPath(folder))) {
    throw new NoisefloorError(
      'result-folder-exists',
      `${folder} already holds a replicate. Go on with it, or delete the folder.`,
      { details: { folder } },
    );
  }
  const json = `${JSON.stringify(workOrderSchema.parse(order), null, 2)}\n`;
  try {
    mkdirSync(folder, { recursive: true });
    syncFolder(path.dirname(folder));
  } catch (error) {
    throw writeError(folder, error);
  }
  writeFileDurably(orderPath(folder), Buffer.from(json));
}

/**
 * Reads the work order of a result folder.
 * @throws NoisefloorError `result-folder-missing`, or `result-folder-damaged` when the order is not valid.
 */
export function readOrder(folder: string): WorkOrder {
  const file = orderPath(folder);
  let bytes: Buffer;
  try {
    bytes = readRegularFile(file, maximumOrderBytes);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') {
      throw new NoisefloorError(
        'result-folder-missing',
        `${folder} is not a result folder: it has no order.json.`,
        {
          details: { folder },
          cause: error,
        },
      );
    }
    throw error;
  }
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new NoisefloorError(
      'result-folder-damaged',
      `${file} is not JSON. Delete the folder to train again.`,
      {
        details: { file, offset: 0 },
        cause: error,
      },
    );
  }
  const order = workOrderSchema.safeParse(json);
  if (!order.success) {
    throw new NoisefloorError(
      'result-folder-damaged',
      `${file} is not a work order of this version: ${z.prettifyError(order.error)}`,
      { details: { file, offset: 0 } },
    );
  }
  return order.data;
}
