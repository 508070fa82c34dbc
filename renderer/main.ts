import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import { z } from 'zod';
import { readyFont } from './charts/readyFont.ts';
import { keepConnected } from './host/connection.ts';
import { openChannel } from './host/openChannel.ts';
import { createStudio } from './studio.ts';
import { bindSelectionToAddress, showAddressedLibrary } from './stores/address.ts';

// The content security policy allows no code made of text, which zod would try to make.
z.config({ jitless: true });

const studio = createStudio(keepConnected(openChannel, showAddressedLibrary));
studio.runWithContext(bindSelectionToAddress);
// Reading the program is a long task already: drawing comes in one of its own.
setTimeout(() => {
  studio.mount('#studio');
  void readyFont();
}, 0);
