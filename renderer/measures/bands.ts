export {
  bandKinds,
  bandLabels,
  curveOf,
  type BandKind,
  type CurvePoint,
} from '../../src/analysis/learningCurves.ts';
