export { appearances, type Appearance } from '../../src/figures/appearance.ts';
