/** Every figure that can be made, in the order in which they are listed. */
export const figureNames = [
  'variance',
  'churn',
  'weights',
  'classes',
  'curves',
  'certificate',
  'compare',
  'figure1',
  'figure2',
  'figure3',
  'figure4',
  'figure5',
  'overhead',
  'figure6',
  'figure7',
  'figure8',
] as const;
export type FigureName = (typeof figureNames)[number];

/** What a figure shows, for a list of them. */
export interface FigureDescription {
  readonly title: string;
  readonly shows: string;
  /** Whether it spans one column of a paper or, having several panels, the page. */
  readonly span: 'column' | 'page';
}

const paper = 'after Zhuang, Zhang, Song and Hooker (MLSys 2022)';

const descriptions: Readonly<Record<FigureName, FigureDescription>> = {
  variance: {
    title: 'Variance',
    shows: 'test accuracy of every replicate, and its standard deviation, by variant',
    span: 'column',
  },
  churn: {
    title: 'Churn',
    shows: 'how often any two replicates disagree, as a matrix',
    span: 'column',
  },
  weights: {
    title: 'Weights',
    shows: 'distance between the weights of two replicates, by layer and variant',
    span: 'column',
  },
  classes: {
    title: 'Classes',
    shows: 'standard deviation of the accuracy on each class, by variant',
    span: 'column',
  },
  curves: {
    title: 'Learning curves',
    shows: 'test accuracy over the epochs: every replicate, and the mean of each variant',
    span: 'column',
  },
  certificate: {
    title: 'Certificate',
    shows: 'the training step at which each replicate parts from the first of its variant',
    span: 'column',
  },
  compare: {
    title: 'Comparison',
    shows: 'test accuracy of studies on the same test set, against the difference that could be detected',
    span: 'column',
  },
  figure1: {
    title: 'Figure 1: variance by task',
    shows: `SD of accuracy, churn and L2 distance by network, data set and variant, ${paper}`,
    span: 'page',
  },
  figure2: {
    title: 'Figure 2: batch normalisation',
    shows: `SD of accuracy, churn and L2 distance with and without batch normalisation, ${paper}`,
    span: 'page',
  },
  figure3: {
    title: 'Figure 3: classes by task',
    shows: `largest standard deviation on one class against that of all, by network and data set, ${paper}`,
    span: 'column',
  },
  figure4: {
    title: 'Figure 4: subgroups',
    shows: `error rates of subgroups of CelebA over replicates, ${paper}`,
    span: 'page',
  },
  figure5: {
    title: 'Figure 5: ResNet18 on 100 classes',
    shows: `SD of accuracy, churn and L2 distance of ResNet18 on a data set of 100 classes, ${paper}`,
    span: 'page',
  },
  overhead: {
    title: 'Overhead',
    shows: 'time of deterministic against default execution, by network',
    span: 'column',
  },
  figure6: {
    title: 'Figure 6: overhead by network',
    shows: `time of deterministic against default execution, by network and device, ${paper}`,
    span: 'column',
  },
  figure7: {
    title: 'Figure 7: overhead by kernel size',
    shows: `time of deterministic against default execution of MediumCNN, by kernel size, ${paper}`,
    span: 'column',
  },
  figure8: {
    title: 'Figure 8: top kernels',
    shows: `the kernels that take most time under both kinds of execution, ${paper}`,
    span: 'page',
  },
};

export function describeFigure(name: FigureName): FigureDescription {
  return descriptions[name];
}
