export { beeswarmLanes } from '../../src/figures/beeswarm.ts';
