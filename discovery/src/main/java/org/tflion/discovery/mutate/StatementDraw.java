package org.tflion.discovery.mutate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.tflion.discovery.abstracts.Scope;
import org.tflion.discovery.abstracts.Value;
import org.tflion.discovery.program.Argument;
import org.tflion.discovery.program.Constant;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Kind;
import org.tflion.discovery.program.Signature;
import org.tflion.discovery.program.Statement;
import org.tflion.discovery.program.Variable;

/** Random parts of statements that fit a scope. */
final class StatementDraw {

  private static final List<Function> FUNCTIONS =
      Arrays.stream(Function.values()).filter(f -> f.signature() != Signature.INTEGER).toList();

  /** New variables are v0 to v999, as in the released code. */
  private static final int FRESH_NAMES = 1000;

  private StatementDraw() {}

  /**
   * A statement with a uniform function, uniform arguments among the fitting variables and one new
   * constant, and a uniform target among the variables of the result's shape and one new name; or
   * null if the arguments do not go together.
   */
  static @Nullable Statement draw(Scope scope, RandomGenerator random) {
    Function function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
    List<Argument> arguments = new ArrayList<>(function.arity());
    List<Kind> kinds = new ArrayList<>(function.arity());
    for (int i = 0; i < function.arity(); i++) {
      List<String> names = fitting(scope, function, i);
      int choice = random.nextInt(names.size() + 1);
      boolean isConstant = choice == names.size();
      arguments.add(isConstant ? constant(random) : new Variable(names.get(choice)));
      kinds.add(isConstant ? Kind.SCALAR : scope.kind(names.get(choice)));
    }
    Kind result = function.signature().result(kinds);
    return result == null
        ? null
        : new Statement(target(scope, result, random), function, arguments);
  }

  /** A constant from N(0, 1), rounded to float32. */
  static Constant constant(RandomGenerator random) {
    return new Constant((float) random.nextGaussian());
  }

  /** A uniform variable among those that fit, or null if none does. */
  static @Nullable Variable variable(
      Scope scope, Function function, int position, RandomGenerator random) {
    List<String> names = fitting(scope, function, position);
    return names.isEmpty() ? null : new Variable(names.get(random.nextInt(names.size())));
  }

  private static List<String> fitting(Scope scope, Function function, int position) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, Value> entry : scope.values().entrySet()) {
      if (function.signature().accepts(position, entry.getValue().kind())) {
        names.add(entry.getKey());
      }
    }
    return names;
  }

  private static Variable target(Scope scope, Kind kind, RandomGenerator random) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, Value> entry : scope.values().entrySet()) {
      if (entry.getValue().kind() == kind) {
        names.add(entry.getKey());
      }
    }
    int choice = random.nextInt(names.size() + 1);
    return new Variable(choice < names.size() ? names.get(choice) : freshName(scope, random));
  }

  /** A random name not in scope; once they run out, one in use is assigned anew. */
  private static String freshName(Scope scope, RandomGenerator random) {
    int start = random.nextInt(FRESH_NAMES);
    int i = 0;
    while (i < FRESH_NAMES && scope.get("v" + (start + i) % FRESH_NAMES) != null) {
      i++;
    }
    return "v" + (start + i) % FRESH_NAMES;
  }
}
