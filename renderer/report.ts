import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import { ref, shallowRef } from 'vue';
import { z } from 'zod';
import { decodeMessage } from '../src/contract/encoding.ts';
import { recordingSchema, type Recording } from '../src/contract/recording.ts';
import { readyFont } from './charts/readyFont.ts';
import type { HostConnection } from './host/connection.ts';
import { recordedClient } from './host/recordedClient.ts';
import { bindSelectionToAddress } from './stores/address.ts';
import { useSelection } from './stores/selection.ts';
import { createStudio } from './studio.ts';

// The content security policy allows no code made of text, which zod would try to make.
z.config({ jitless: true });

/** The recording lies in the page as base64 of gzip of MessagePack. */
async function readRecording(): Promise<Recording> {
  const text = document.getElementById('recording')?.textContent ?? '';
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const bytes = await new Response(stream).arrayBuffer();
  return recordingSchema.parse(decodeMessage(new Uint8Array(bytes)));
}

function connectionTo(recording: Recording): HostConnection {
  return {
    report: recording,
    state: ref('open' as const),
    failures: ref(0),
    client: shallowRef(recordedClient(recording)),
    library: shallowRef(null),
    retry: () => undefined,
    close: () => undefined,
  };
}

const recording = await readRecording();
const studio = createStudio(connectionTo(recording));
studio.runWithContext(() => {
  if (window.location.hash === '')
    window.location.hash = `/variance?study=${encodeURIComponent(recording.study)}`;
  bindSelectionToAddress();
  const selection = useSelection();
  if (selection.current.study !== recording.study)
    selection.change({ study: recording.study, page: 'variance' });
});
studio.mount('#studio');
void readyFont();
