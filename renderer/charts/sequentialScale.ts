export { sequentialGradient, sequentialTable } from '../../src/figures/sequentialScale.ts';
