package org.tflion.discovery.program;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The 45 functions a statement can call, under the names the paper prints.
 *
 * <p>Semantics are those of the released library, which differ from the names in a few places:
 *
 * <pre>{@code
 * x / y              x / (y + 1e-8)
 * sqrt(x)            sqrt(|x|)             log, log2, log10 likewise take |x|
 * log1p(x)           log(|1 + x|)
 * norm(x)            euclidean norm of each leaf
 * global_norm(x)     euclidean norm over all leaves
 * dot(x, y)          sum over all leaves of x * y
 * cosine_sim(x, y)   dot(x, y) / (global_norm(x) * global_norm(y)), unguarded
 * clip(x, c)         x * min(1, c / global_norm(x))
 * interp(x, y, a)    (1 - a) * x + a * y   a may leave [0, 1]
 * }</pre>
 *
 * <p>{@code power} takes scalars only and {@code invert}, a bitwise complement, takes no floating
 * value at all, as in the release; its {@code cbrt}, which returns no number, is a cube root here.
 *
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 2.1 and appendix</a>
 * @see <a href="https://github.com/google/automl/tree/master/hero">the released library</a>
 */
public enum Function {
  GET_PI("get_pi", 0, Signature.VALUE),
  GET_E("get_e", 0, Signature.VALUE),
  GET_EPS("get_eps", 0, Signature.VALUE),
  ABS("abs", 1, Signature.MAP),
  COS("cos", 1, Signature.MAP),
  SIN("sin", 1, Signature.MAP),
  TAN("tan", 1, Signature.MAP),
  ARCSIN("arcsin", 1, Signature.MAP),
  ARCCOS("arccos", 1, Signature.MAP),
  ARCTAN("arctan", 1, Signature.MAP),
  SINH("sinh", 1, Signature.MAP),
  COSH("cosh", 1, Signature.MAP),
  TANH("tanh", 1, Signature.MAP),
  ARCSINH("arcsinh", 1, Signature.MAP),
  ARCCOSH("arccosh", 1, Signature.MAP),
  ARCTANH("arctanh", 1, Signature.MAP),
  EXP("exp", 1, Signature.MAP),
  EXP2("exp2", 1, Signature.MAP),
  EXP10("exp10", 1, Signature.MAP),
  EXPM1("expm1", 1, Signature.MAP),
  LOG("log", 1, Signature.MAP),
  LOG10("log10", 1, Signature.MAP),
  LOG2("log2", 1, Signature.MAP),
  LOG1P("log1p", 1, Signature.MAP),
  SQUARE("square", 1, Signature.MAP),
  SQRT("sqrt", 1, Signature.MAP),
  CUBE("cube", 1, Signature.MAP),
  CBRT("cbrt", 1, Signature.MAP),
  SIGN("sign", 1, Signature.MAP),
  RECIPROCAL("reciprocal", 1, Signature.MAP),
  INVERT("invert", 1, Signature.INTEGER),
  NEGATIVE("negative", 1, Signature.MAP),
  NORM("norm", 1, Signature.LEAF_REDUCTION),
  GLOBAL_NORM("global_norm", 1, Signature.REDUCTION),
  ADD("+", 2, Signature.COMBINATION),
  SUBTRACT("-", 2, Signature.COMBINATION),
  MULTIPLY("*", 2, Signature.COMBINATION),
  DIVIDE("/", 2, Signature.COMBINATION),
  MAXIMUM("max", 2, Signature.COMBINATION),
  MINIMUM("min", 2, Signature.COMBINATION),
  POWER("power", 2, Signature.SCALARS),
  DOT("dot", 2, Signature.PRODUCT),
  COSINE_SIM("cosine_sim", 2, Signature.PRODUCT),
  CLIP("clip", 2, Signature.BOUND),
  INTERP("interp", 3, Signature.BLEND);

  private static final Map<String, Function> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Function::text, f -> f));

  private final String text;
  private final int arity;
  private final Signature signature;

  Function(String text, int arity, Signature signature) {
    this.text = text;
    this.arity = arity;
    this.signature = signature;
  }

  /** The function of this name or operator sign, if there is one. */
  public static Optional<Function> named(String text) {
    return Optional.ofNullable(BY_NAME.get(text));
  }

  /** The name, or the sign of an operator. */
  public String text() {
    return text;
  }

  /** How many arguments a call has. */
  public int arity() {
    return arity;
  }

  /** Which kinds of argument a call accepts. */
  public Signature signature() {
    return signature;
  }

  /** Whether a call is written between its two arguments. */
  public boolean isOperator() {
    return !Character.isLetter(text.charAt(0));
  }
}
