import { defineStore } from 'pinia';
import { useConnection, type StudioClient } from '../host/connection.ts';
import { gpuNumbers } from '../pages/plan/planDraft.ts';
import { usePlan } from './plan.ts';
import { useLongTask } from './longTask.ts';

type EventOf<Stream> = Stream extends AsyncIterable<infer Event> ? Event : never;
type PrepareEvent = EventOf<ReturnType<StudioClient['planning']['prepare']>>;
type SetupEvent = EventOf<ReturnType<StudioClient['setup']['prepareEngine']>>;

/** What takes a while before a plan can run; it goes on while other steps are looked at. */
export const useComputing = defineStore('computing', () => {
  const { client } = useConnection();
  const plan = usePlan();
  const measuring = useLongTask<PrepareEvent>();
  const setUp = useLongTask<SetupEvent>();

  return {
    isMeasuring: measuring.isRunning,
    measureEvent: measuring.last,
    measureError: measuring.error,
    cancelMeasuring: measuring.cancel,
    /** Takes a few steps of the plan as it is now. */
    measure: async (): Promise<void> => {
      const [host, study] = [client.value, plan.meaning?.study];
      if (host === null || study === undefined) return;
      const devices = gpuNumbers(plan.content?.devices ?? '') ?? null;
      await measuring.follow(
        (signal) => host.planning.prepare({ study, parallel: null, devices }, { signal }),
        (event) => {
          if (event.type === 'prepared') plan.keepMeasured(event.preparation, study);
        },
      );
    },
    isSettingUp: setUp.isRunning,
    setUpEvent: setUp.last,
    setUpError: setUp.error,
    cancelSetUp: setUp.cancel,
    setUpEngine: async (): Promise<void> => {
      const host = client.value;
      if (host === null) return;
      await setUp.follow((signal) => host.setup.prepareEngine(null, { signal }));
      await plan.reloadParts();
    },
  };
});
