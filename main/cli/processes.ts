import { fileURLToPath } from 'node:url';
import { environmentFor } from '../../src/engine/configuration.ts';
import type { StudyProcesses } from '../../src/host/studyRunner.ts';
import { prepareEngineProcess } from '../../src/host/studio/engineProcess.ts';
import type { EnginePreparer } from '../../src/host/studio/engineSetup.ts';
import type { ReplicateCommand } from '../../src/scheduling/replicateProcess.ts';
import type { TrialRequest, TrialResult } from '../../src/scheduling/trial.ts';
import { runTrialProcess } from '../../src/scheduling/trialProcess.ts';

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

/** Sets up TensorFlow by the same script that every command which trains begins with. */
export const prepareEngine: EnginePreparer = (onLine, signal) =>
  prepareEngineProcess(nodeProgram('../setup/training.js'), onLine, signal);
