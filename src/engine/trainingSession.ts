import { NoisefloorError } from '../study/errors.ts';
import type { Precision } from '../study/execution.ts';
import type { Recipe, Task } from '../study/task.ts';
import { augmentationNeeds } from './augmentation.ts';
import { bindingOf, type BindingValues } from './binding.ts';
import { CompiledSession, type CompiledParts } from './compiledSession.ts';
import { lanesOf } from './configuration.ts';
import { createOptimizer } from './createOptimizer.ts';
import { elementCount } from './dataTypes.ts';
import { addEvaluation } from './evaluationGraph.ts';
import { HeldExamples, type ExampleNodes } from './examples.ts';
import type { Examples } from './labelledImages.ts';
import { GraphDefinition } from './graphDefinition.ts';
import { inceptionCropOf } from './inceptionCrop.ts';
import { initialValues } from './initialisation.ts';
import { initialLossScale, LossScale, lossScaleName } from './lossScale.ts';
import { halfTypeOf } from './mixedPrecision.ts';
import { modelWeights } from './modelWeights.ts';
import type { Network, NetworkBuilder } from './network.ts';
import { attributeObjective, classObjective } from './objective.ts';
import type { SessionParts } from './passGraph.ts';
import { loadTensorFlow } from './runtime.ts';
import { GraphSession } from './session.ts';
import { addStep, type StepParts } from './stepGraph.ts';
import { StreamedExamples, type Cutting } from './streamedExamples.ts';
import type { TensorFlow } from './tensorFlow.ts';
import type { TensorInfo, TrainingSession } from './trainingInterface.ts';
import { VariableAccess } from './variableAccess.ts';

export type { Examples } from './labelledImages.ts';
export * from './trainingInterface.ts';

export interface TrainingSessionOptions {
  readonly task: Task;
  readonly train: Examples;
  readonly test: Examples;
  /** How many classes there are; attributes, where the examples have those. */
  readonly classes: number;
  readonly build: NetworkBuilder;
  /** What layers are computed in; float32 unless given. */
  readonly precision?: Precision;
  /** Unsigned 32-bit seed of the source "initialisation". */
  readonly initialisationSeed: number;
  /** False to leave out the fingerprints, and measure what they cost; results are then empty. */
  readonly fingerprints?: boolean;
}

/** Test examples evaluated in one call: fewer of large images, whose activations would fill the memory. */
const evaluationSize = 125;
const evaluationPixels = evaluationSize * 64 * 64;

/**
 * Builds a task's network, records its training step and evaluation, loads them into TensorFlow and initialises the
 * weights.
 * @throws NoisefloorError if the data do not suit the network, or the step cannot be recorded.
 */
export async function openTrainingSession(options: TrainingSessionOptions): Promise<TrainingSession> {
  const { train, test, classes, build, initialisationSeed } = options;
  const tf = await loadTensorFlow();
  const imageShape = train.shape;
  if (test.shape.some((size, dimension) => size !== imageShape[dimension])) {
    throw new NoisefloorError(
      'dataset-invalid',
      `Training images are ${imageShape.join(' x ')} but test images ${test.shape.join(' x ')}.`,
    );
  }
  const network = build({ tf, imageShape, classes });
  try {
    const { graph, access, ...defined } = defineGraph(tf, network, options);
    const session = new GraphSession(tf, graph);
    try {
      writeExamples(defined.trainExamples, train, session, access);
      writeExamples(defined.testExamples, test, session, access);
      access.write(
        session,
        starts(defined.tensors, (name, shape) =>
          initialValues(name, shape, initialisationSeed, network.initialisation.get(name)),
        ),
      );
      const replacedImages = [...(train.replaced ?? []), ...(test.replaced ?? [])];
      return new CompiledSession({ session, graph, access, classes, replacedImages, ...defined });
    } catch (cause) {
      session.dispose();
      throw cause;
    }
  } finally {
    network.model.dispose();
  }
}

/** Examples in the session, or made ready batch by batch. */
function exampleNodes(
  graph: GraphDefinition,
  name: 'train' | 'test',
  { task, classes, [name]: examples }: TrainingSessionOptions,
): HeldExamples | StreamedExamples {
  const crop = inceptionCropOf(task.recipe.augmentation);
  if (examples.encoded === undefined && crop === undefined) {
    return new HeldExamples(graph, name, examples, classes);
  }
  const window = name === 'train' ? 'drawn' : 'central';
  const cutting: Cutting | undefined = crop && { crop, window };
  return new StreamedExamples(graph, name, { examples, classes, cutting });
}

function writeExamples(
  nodes: ExampleNodes,
  examples: Examples,
  session: GraphSession,
  access: VariableAccess,
): void {
  if (nodes instanceof HeldExamples) nodes.write(session, access, examples);
  if (nodes instanceof StreamedExamples) nodes.write(session, access);
}

/** What tensors start from, made one after the other: weights as they are initialised, state as optimisers begin. */
function* starts(
  tensors: readonly TensorInfo[],
  initial: (name: string, shape: readonly number[]) => Float32Array,
): Generator<[string, BindingValues]> {
  for (const { name, shape, role } of tensors) {
    yield [name, role === 'optimizer' ? initialState(name, shape) : initial(name, shape)];
  }
}

/** Defines the whole graph of a session: variables, examples, training steps, evaluation, access to the variables. */
function defineGraph(
  tf: TensorFlow,
  network: Network,
  options: TrainingSessionOptions,
): Omit<CompiledParts, 'session' | 'classes' | 'replacedImages'> {
  const { train, test, classes, precision = 'float32', fingerprints = true } = options;
  const { recipe } = options.task;
  const graph = new GraphDefinition();
  const weights = modelWeights(network.model).map((weight) => ({
    ...weight,
    held: graph.variable(weight.name, 'float32', weight.shape),
  }));
  const trainable = weights.filter((weight) => weight.trainable).map(({ held }) => held);
  const half = halfTypeOf(precision);
  const optimizer = createOptimizer(graph, recipe.optimizer, trainable);
  const lossScale = half === 'float16' ? new LossScale(graph) : undefined;
  const state = [...optimizer.state, ...(lossScale?.state ?? [])];
  const variables = [...weights.map(({ held }) => held), ...state];
  const tensors: TensorInfo[] = [
    ...weights.map(({ name, shape, trainable: learned }): TensorInfo => {
      return { name, shape, role: learned ? 'weight' : 'moving-statistic' };
    }),
    ...state.map(({ name, shape }): TensorInfo => ({ name, shape, role: 'optimizer' })),
  ];
  const trainExamples = exampleNodes(graph, 'train', options);
  const testExamples = exampleNodes(graph, 'test', options);
  if (trainExamples.hasAttributes !== testExamples.hasAttributes) {
    throw new NoisefloorError(
      'dataset-invalid',
      `The ${trainExamples.hasAttributes ? 'training' : 'test'} examples have attributes, the others have classes.`,
    );
  }
  const objectiveFor = trainExamples.hasAttributes ? attributeObjective : classObjective;
  const objective = objectiveFor(tf, classes);
  const parts: SessionParts = {
    tf,
    graph,
    network,
    weights,
    recipe,
    imageShape: train.shape,
    objective,
    half,
  };
  const pixels = test.shape[0] * test.shape[1];
  const gpu = bindingOf(tf).isUsingGpuDevice();
  const stepParts: StepParts = {
    ...parts,
    optimizer,
    lossScale,
    examples: trainExamples,
    fingerprinted: fingerprints ? variables : [],
    lanes: gpu ? 1 : lanesOf(process.env),
    gpu,
  };
  return {
    graph,
    tensors,
    trainExamples,
    testExamples,
    answers: trainExamples.hasAttributes ? classes : 1,
    isScaled: lossScale !== undefined,
    steps: new Map(batchSizes(trainExamples.count, recipe).map((size) => [size, addStep(stepParts, size)])),
    evaluation: addEvaluation(
      parts,
      testExamples,
      Math.min(evaluationSize, testExamples.count, Math.max(1, Math.floor(evaluationPixels / pixels))),
    ),
    access: new VariableAccess(graph),
    noiseShapes: {
      ...augmentationNeeds(recipe.augmentation),
      ...(inceptionCropOf(recipe.augmentation) && { window: true }),
      dropout: network.dropout.map(({ exampleShape }) => exampleShape),
    },
  };
}

/** Optimisers begin with zeros, the loss scale with what it is. */
function initialState(name: string, shape: readonly number[]): Float32Array {
  return new Float32Array(elementCount(shape)).fill(name === lossScaleName ? initialLossScale : 0);
}

/** The batch sizes that occur in an epoch: full batches, and the rest where it does not straddle epochs. */
function batchSizes(
  examples: number,
  { batchSize, lastBatch }: Pick<Recipe, 'batchSize' | 'lastBatch'>,
): number[] {
  if (lastBatch === 'straddle') return [batchSize];
  const sizes = [Math.min(examples, batchSize), examples % batchSize];
  return [...new Set(sizes)].filter((size) => size > 0);
}
