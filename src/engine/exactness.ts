import { attribute, type Attributes } from './attributes.ts';

/** An operand of an op that is being recorded. */
interface Operand {
  /** The op that made it, or undefined for inputs, variables and constants. */
  readonly op: string | undefined;
  /** Whether it is a float constant. */
  readonly floatConstant: boolean;
}

const additions: ReadonlySet<string> = new Set(['Add', 'AddV2', 'AddN', 'Sub']);
const chains: ReadonlySet<string> = new Set(['Add', 'AddV2', 'AddN', 'Sub', 'Mul', 'Div', 'RealDiv']);
const compositions: ReadonlySet<string> = new Set(
  (
    'Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Expm1 Floor Inv Log Log1p Neg Reciprocal Relu Relu6 ' +
    'Rint Round Rsqrt Selu Sigmoid Sin Sinh Softplus Sqrt Square Tan Tanh'
  ).split(' '),
);

/**
 * TensorFlow's graph optimiser (Grappler) rewrites arithmetic in ways that change the last bits, and cannot be turned off
 * from here. These are attributes and, in {@link hiddenOperands}, operands to hide, that keep a node as it was written:
 * a compiled step then computes exactly what its eager ops compute. A power with a constant exponent is the known
 * exception: it becomes a product.
 */
export function exactAttributes(op: string): Attributes {
  if (!chains.has(op)) return {};
  return {
    // "Already done" to the stages that turn trees of additions into one sum, and regroup broadcasts.
    _grappler_ArithmeticOptimizer_AddOpsRewriteStage: attribute.bool(true),
    _grappler_ArithmeticOptimizer_MinimizeBroadcasts: attribute.bool(true),
  };
}

/**
 * Which operands of an op the optimiser must not recognise: float constants in arithmetic (a division by one becomes a
 * multiplication by its reciprocal, the constants of a chain are gathered), products in a sum (common factors are taken
 * out), and what would become x rsqrt(y), expm1, log1p or a composition of functions.
 */
export function hiddenOperands(op: string, operands: readonly Operand[]): boolean[] {
  return operands.map((operand) => {
    const { op: maker, floatConstant } = operand;
    if (chains.has(op) && floatConstant) return true;
    if (maker === undefined) return false;
    if (additions.has(op)) return maker === 'Mul' || maker === 'Exp';
    if (op === 'Div' || op === 'RealDiv') return maker === 'Sqrt';
    return compositions.has(op) && (compositions.has(maker) || additions.has(maker));
  });
}
