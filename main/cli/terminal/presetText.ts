import { counted } from '../../../src/analysis/wording.ts';
import type { DescribedPreset } from '../../../src/host/needs/presetNeeds.ts';
import type { StudyNeeds } from '../../../src/host/needs/studyNeeds.ts';
import { networkTitle } from '../../../src/networks/catalogue.ts';
import { networkSchema } from '../../../src/study/task.ts';
import { datasetKinds } from '../../../src/study/datasetKinds.ts';
import { estimateText } from './estimateText.ts';
import { formatBytes, formatCount, roughDuration } from './format.ts';

const unknown = 'not known before the data are read';

/** A preset in a list. */
export function shortPresetText({ name, title, description, ...preset }: DescribedPreset): string {
  const { estimate } = preset;
  return [
    name,
    `  ${title}`,
    `  ${description}`,
    `  data    ${dataText({ name, ...preset })}`,
    `  time    ${estimate === null ? unknown : shortTime(estimate)}`,
    `  disk    ${estimate === null ? unknown : formatBytes(estimate.bytes)}`,
    `  memory  ${estimate === null ? unknown : `about ${formatBytes(memoryOf(preset, estimate))} for each replicate`}`,
  ].join('\n');
}

/** A preset in full. */
export function presetText(preset: DescribedPreset): string {
  const { name, title, description, reference, study, estimate } = preset;
  const { recipe, network } = study.task;
  const variants = study.variants.map((variant) => variant.name);
  const parameters = estimate === null ? '' : `, ${formatCount(estimate.network.trainable)} weights`;
  return [
    `${name}: ${title}`,
    description,
    ...(reference === null ? [] : [`Reference: ${reference}.`]),
    '',
    `data      ${dataText(preset)}`,
    `network   ${networkTitle(networkSchema.parse(network))}${parameters}`,
    `training  ${counted(recipe.epochs, 'epoch')} in batches of ${recipe.batchSize}`,
    `variants  ${variants.join(', ')}: ${counted(study.replicates, 'replicate')} of each, ${study.replicates * variants.length} in all`,
    `time      ${estimate === null ? unknown : estimateText(estimate.time)}`,
    `disk      ${estimate === null ? unknown : `${formatBytes(estimate.bytes)}, half in the result folders and half in the library`}`,
    `memory    ${estimate === null ? unknown : memoryText(preset, estimate)}`,
    `run       noisefloor run ${name}${preset.data.open.map(({ path }) => ` --set ${path}=FOLDER`).join('')}`,
  ].join('\n');
}

/** What a few steps told. */
export function measuredText(measured: {
  seconds: number;
  examplesPerSecond: number;
  parallel: number;
}): string {
  const { seconds, examplesPerSecond, parallel } = measured;
  return `measured  ${roughDuration(seconds)} of training: ${formatCount(examplesPerSecond)} examples a second, ${parallel === 1 ? 'one replicate at a time' : `${parallel} replicates at once together`}`;
}

function dataText({ data, study }: Pick<DescribedPreset, 'data' | 'study' | 'name'>): string {
  const { kind } = study.task.dataset;
  const title = datasetKinds.find((each) => each.kind === kind)?.title ?? kind;
  if (data.path !== null) return `${title}, here in ${data.path}`;
  const needs = data.open.map(({ path, what }) => `${what}; or give --set ${path}=...`);
  if (!data.isHere) return `${title}, not here: needs ${needs.join('; ')}`;
  return kind === 'generated' ? `${title}, nothing to fetch` : `${title}, shipped`;
}

function shortTime({ time }: StudyNeeds): string {
  const duration = roughDuration(time.seconds);
  return time.basis === 'measured'
    ? `about ${duration}, as measured on this machine`
    : `very roughly ${duration}, counted and not measured`;
}

function memoryOf({ study }: Pick<DescribedPreset, 'study'>, { memory }: StudyNeeds): number {
  return isOnGpu(study) ? memory.gpu : memory.total;
}

const isOnGpu = ({ execution }: DescribedPreset['study']): boolean => (execution?.device ?? 'cpu') !== 'cpu';

function memoryText(preset: DescribedPreset, needs: StudyNeeds): string {
  const { weights, gradients, optimiser, activations, images, program, gpu } = needs.memory;
  const parts = [
    `${formatBytes(weights)} of weights`,
    `${formatBytes(gradients)} of gradients`,
    ...(optimiser === 0 ? [] : [`${formatBytes(optimiser)} of optimiser state`]),
    `${formatBytes(activations)} for the activations of a batch and their gradients`,
    `${formatBytes(images)} of images`,
    ...(isOnGpu(preset.study) ? [] : [`${formatBytes(program)} for the program`]),
  ];
  const where = isOnGpu(preset.study) ? "of the GPU's" : 'of main memory';
  const other = isOnGpu(preset.study) ? '' : `; on a GPU about ${formatBytes(gpu)} of its own`;
  return `about ${formatBytes(memoryOf(preset, needs))} ${where} for each replicate, an estimate counted from the network: ${parts.join(', ')}${other}`;
}
