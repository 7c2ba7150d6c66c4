package org.tflion.discovery.lower;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.discovery.abstracts.Pruning;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.ProgramReader;
import org.tflion.discovery.program.Statement;
import org.tflion.discovery.program.Variable;
import org.tflion.optim.Hyper;
import org.tflion.optim.Mixing;
import org.tflion.optim.Rule;
import org.tflion.optim.Slot;
import org.tflion.optim.Values;
import org.tflion.schedule.Schedule;

/**
 * A program as the arithmetic of an optimizer.
 *
 * <pre>{@code
 * update, m', v' = program(w, g, m, v, learningRate)
 * w' = w - update - learningRate * weightDecay * w
 * }</pre>
 *
 * <p>{@code m} and {@code v} are slots of the weight's shape and type, zero at first; one that no
 * later update depends on is not kept. A program carries its own peak rate as a constant, so the
 * learning rate is the course of the schedule, from 0 to 1. It also carries its own weight decay,
 * which no mask reaches; {@code weightDecay} is one more, for programs without.
 *
 * <p>Functions that mix all leaves of the weights, such as {@code clip}, see every weight of this
 * rule, after the clipping that the options of the update ask for.
 *
 * @param program without statements that no update depends on
 * @param learningRate what the program sees as {@code lr}
 * @param weightDecay a fraction of the weight per unit of learning rate, on top of the program's
 */
public record ProgramRule(Program program, Schedule learningRate, Schedule weightDecay)
    implements Rule {

  private static final List<String> STATES = List.of("m", "v");

  /**
   * Prunes the program.
   *
   * @throws org.tflion.discovery.abstracts.InvalidProgramException if the program cannot run
   */
  public ProgramRule {
    program = Pruning.withoutDead(program);
  }

  /** A program without decay but its own. */
  public static ProgramRule of(Program program, Schedule learningRate) {
    return new ProgramRule(program, learningRate, Schedule.constant(0));
  }

  /**
   * Reads a program from a file.
   *
   * @throws IllegalArgumentException if there is no such file, or it holds no program that can run,
   *     naming the place
   */
  public static ProgramRule read(Path file, Schedule learningRate, double weightDecay) {
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      return new ProgramRule(
          ProgramReader.read(text), learningRate, Schedule.constant(weightDecay));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "Program: the file must exist and be readable (got " + file + ")", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return "Program";
  }

  @Override
  public List<Slot> slots(Shape weight) {
    return states().stream().map(name -> Slot.of(name, weight)).toList();
  }

  /** The states that the program reads before it assigns them. */
  private List<String> states() {
    Set<String> assigned = new HashSet<>();
    Set<String> read = new HashSet<>();
    for (Statement statement : program.statements()) {
      statement.arguments().stream()
          .filter(argument -> argument instanceof Variable)
          .map(Object::toString)
          .filter(name -> !assigned.contains(name))
          .forEach(read::add);
      assigned.add(statement.target().name());
    }
    return STATES.stream().filter(read::contains).toList();
  }

  @Override
  public Optional<Mixing> mixing() {
    Mixed mixed = new Mixed(program);
    return mixed.isEmpty() ? Optional.empty() : Optional.of(mixed);
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    var leaf = new LeafGraph<>(tf, new Mixing.Member<>(hyper, weight, gradient, slots));
    var mixed = new Mixed(program);
    for (int i = 0; i < program.size(); i++) {
      leaf.execute(program.statements().get(i), scalar(hyper, mixed.indexOf(i)));
    }
    Map<String, Operand<T>> fresh = new HashMap<>();
    fresh.put(WEIGHT, moved(tf, hyper, weight, leaf.get("update")));
    states().forEach(name -> fresh.put(name, leaf.get(name)));
    return new Values<>(afterReads(tf, fresh, weight, slots));
  }

  private static @Nullable Operand<TFloat64> scalar(Hyper<?> hyper, int index) {
    if (index >= hyper.mixed().size()) {
      throw new IllegalArgumentException(
          "Program: its weights must be updated together, since it mixes them (got one alone)");
    }
    return index < 0 ? null : hyper.mixed().get(index);
  }

  private <T extends TNumber> Operand<T> moved(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> update) {
    Operand<T> moved = tf.math.sub(weight, update);
    Operand<T> decay = hyper.weightDecay();
    if (decay == null || weightDecay.peak() == 0) {
      return moved;
    }
    return tf.math.sub(moved, tf.math.mul(tf.math.mul(hyper.learningRate(), decay), weight));
  }

  /** A program may forget a state that another value still reads: nothing is written before. */
  private static <T extends TNumber> Map<String, Operand<T>> afterReads(
      Ops tf, Map<String, Operand<T>> fresh, Operand<T> weight, Values<T> slots) {
    List<Op> reads = new ArrayList<>(slots.byName().values());
    reads.add(weight);
    Ops late = tf.withControlDependencies(reads);
    Map<String, Operand<T>> ordered = new HashMap<>();
    fresh.forEach((name, value) -> ordered.put(name, late.identity(value)));
    return ordered;
  }
}
