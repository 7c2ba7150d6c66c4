package org.tflion.discovery.program;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which kinds of value a function accepts, and which kind it returns. */
public enum Signature {
  /** No argument; a scalar. */
  VALUE,
  /** One argument of any kind, mapped element by element. */
  MAP,
  /** One argument of any kind; one scalar per leaf, or one scalar for a scalar. */
  LEAF_REDUCTION,
  /** One argument of any kind; one scalar. */
  REDUCTION,
  /** Two arguments of any kinds, broadcast against each other. */
  COMBINATION,
  /** Two scalars; a scalar. */
  SCALARS,
  /** Two arguments of one kind; a scalar. */
  PRODUCT,
  /** Any kind, and a scalar that bounds it. */
  BOUND,
  /** Two arguments of any kinds, broadcast against each other, and a scalar weight. */
  BLEND,
  /** One integer; every value of a program is floating, so nothing is accepted. */
  INTEGER;

  /** Whether a value of this kind can be the argument at this position (from 0). */
  public boolean accepts(int position, Kind kind) {
    return switch (this) {
      case VALUE, MAP, LEAF_REDUCTION, REDUCTION, COMBINATION, PRODUCT -> true;
      case SCALARS -> kind == Kind.SCALAR;
      case BOUND -> position < 1 || kind == Kind.SCALAR;
      case BLEND -> position < 2 || kind == Kind.SCALAR;
      case INTEGER -> false;
    };
  }

  /** The kind of the result, or null if some argument is not accepted. */
  public @Nullable Kind result(List<Kind> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      if (!accepts(i, arguments.get(i))) {
        return null;
      }
    }
    return switch (this) {
      case VALUE, REDUCTION, SCALARS, INTEGER -> Kind.SCALAR;
      case MAP, BOUND -> arguments.get(0);
      case LEAF_REDUCTION -> arguments.get(0) == Kind.SCALAR ? Kind.SCALAR : Kind.LEAF_SCALARS;
      case COMBINATION, BLEND -> arguments.get(0).join(arguments.get(1));
      case PRODUCT -> arguments.get(0) == arguments.get(1) ? Kind.SCALAR : null;
    };
  }

  /** What a message says the function needs. */
  public String rule() {
    return switch (this) {
      case VALUE, MAP, LEAF_REDUCTION, REDUCTION, COMBINATION -> "any values";
      case SCALARS -> "two scalars";
      case PRODUCT -> "two values of the same shape";
      case BOUND -> "a scalar as its second argument";
      case BLEND -> "a scalar as its third argument";
      case INTEGER -> "an integer, which no value of a program is";
    };
  }
}
