package org.tflion.discovery.abstracts;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tflion.discovery.program.Argument;
import org.tflion.discovery.program.Constant;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Kind;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.Statement;
import org.tflion.discovery.program.Variable;

/** The variables a program holds at one point, and what is known of their values. */
public final class Scope {

  /** The definition of a constant, which no statement assigned and no caller passed. */
  static final int CONSTANT = Integer.MIN_VALUE;

  private static final Map<String, Value> INPUTS = inputs();
  private static final Map<Function, Long> FUNCTION_HASHES = functionHashes();
  private static final long CONSTANT_SEED = Hash.of("constant");

  private final Map<String, Value> values = new LinkedHashMap<>(INPUTS);
  private int statements;

  /** What is known before the first statement. */
  public Scope() {}

  /**
   * Executes a statement abstractly, if it is valid here.
   *
   * @return its arguments, or null if a variable is unknown or a shape does not fit
   */
  public @Nullable List<Value> execute(Statement statement) {
    List<Value> arguments = new ArrayList<>(statement.arguments().size());
    List<Kind> kinds = new ArrayList<>(statement.arguments().size());
    long hash = FUNCTION_HASHES.getOrDefault(statement.function(), 0L);
    for (Argument argument : statement.arguments()) {
      Value value = valueOf(argument);
      if (value == null) {
        return null;
      }
      arguments.add(value);
      kinds.add(value.kind());
      hash = Hash.mix(hash, value.hash());
    }
    Kind kind = statement.function().signature().result(kinds);
    if (kind == null) {
      return null;
    }
    values.put(statement.target().name(), new Value(statements++, kind, hash));
    return arguments;
  }

  /** What a variable holds, or null if there is none of this name. */
  public @Nullable Value get(String name) {
    return values.get(name);
  }

  /** The shape of what a variable in scope holds. */
  public Kind kind(String name) {
    return Objects.requireNonNull(values.get(name)).kind();
  }

  /** The variables in scope and their values, in the order in which they were first assigned. */
  public Map<String, Value> values() {
    return Collections.unmodifiableMap(values);
  }

  /** Why a statement that cannot be executed cannot. */
  String problem(Statement statement) {
    List<String> kinds = new ArrayList<>();
    for (Argument argument : statement.arguments()) {
      Value value = valueOf(argument);
      if (value == null) {
        return "'" + argument + "' has no value yet; assign it in an earlier statement";
      }
      kinds.add(value.kind().words());
    }
    Function function = statement.function();
    return function.text()
        + " needs "
        + function.signature().rule()
        + " (got "
        + String.join(", ", kinds)
        + ")";
  }

  private @Nullable Value valueOf(Argument argument) {
    if (argument instanceof Variable variable) {
      return values.get(variable.name());
    }
    // Constants that are one float32 number train alike, so they share a fitness.
    int bits = Float.floatToIntBits((float) ((Constant) argument).value());
    return new Value(CONSTANT, Kind.SCALAR, Hash.mix(CONSTANT_SEED, bits));
  }

  private static Map<String, Value> inputs() {
    Map<String, Value> inputs = new LinkedHashMap<>();
    for (int i = 0; i < Program.INPUTS.size(); i++) {
      String name = Program.INPUTS.get(i);
      inputs.put(name, Value.input(i, name.equals("lr") ? Kind.SCALAR : Kind.TREE));
    }
    return inputs;
  }

  private static Map<Function, Long> functionHashes() {
    Map<Function, Long> hashes = new EnumMap<>(Function.class);
    for (Function function : Function.values()) {
      hashes.put(function, Hash.of("function " + function.text()));
    }
    return hashes;
  }
}
