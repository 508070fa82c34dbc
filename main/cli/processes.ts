import { fileURLToPath } from 'node:url';
import { environmentFor } from '../../src/engine/configuration.ts';
import type { StudyProcesses } from '../../src/host/studyRunner.ts';
import { prepareEngineProcess } from '../../src/host/studio/engineProcess.ts';
import type { EnginePreparer } from '../../src/host/studio/engineSetup.ts';
import type { ReplicateCommand } from '../../src/scheduling/replicateProcess.ts';
import type { TrialRequest, TrialResult } from '../../src/scheduling/trial.ts';
import { ReplayProcess } from '../../src/scheduling/replayProcess.ts';
import { runTrialProcess } from '../../src/scheduling/trialProcess.ts';
import type { WorkOrder } from '../../src/study/replicate.ts';

const nodeProgram = (file: string): ReplicateCommand => ({
  command: process.execPath,
  args: [fileURLToPath(new URL(file, import.meta.url))],
});

/** How the processes of a study are started from the command line. */
export const studyProcesses: StudyProcesses = {
  replicate: nodeProgram('../replicate/main.ts'),
  environmentFor,
};

const trialCommand = nodeProgram('../replicate/trial.ts');

/** Runs a trial in a process of its own, under the configuration that it asks for. */
export function runTrial(request: TrialRequest, signal?: AbortSignal): Promise<TrialResult> {
  const environment = environmentFor(request.execution, request.task.network);
  return runTrialProcess({ command: trialCommand, request, environment, signal });
}

const replayCommand = nodeProgram('../replicate/replay.ts');

/** Starts the process that trains a replicate once more, under the configuration that it was trained under. */
export function startReplay(order: WorkOrder): Promise<ReplayProcess> {
  const environment = environmentFor(order.execution, order.task.network);
  return ReplayProcess.open({ command: replayCommand, order, environment });
}

/** Sets up TensorFlow by the same script that every command which trains begins with. */
export const prepareEngine: EnginePreparer = (onLine, signal) =>
  prepareEngineProcess(nodeProgram('../setup/training.js'), onLine, signal);
