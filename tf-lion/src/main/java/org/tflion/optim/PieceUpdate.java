package org.tflion.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.xla.FunctionCall;

/**
 * Finds the sums over all pieces of a weight that its rule asks for: each place adds up its own
 * pieces, and every place adds the parts of all places. A rule that asks for a second sum when it
 * knows the first makes for a second round.
 *
 * @param steps of each place, of a weight or of a piece of one
 * @param places where pieces lie
 */
record PieceUpdate(List<Step> steps, List<Place> places) {

  /** The step of each place, with all sums known. */
  List<Step> summed() {
    List<Map<String, List<Operand<?>>>> known = new ArrayList<>();
    places.forEach(place -> known.add(new HashMap<>()));
    while (round(known)) {}
    return IntStream.range(0, places.size()).mapToObj(i -> with(i, known.get(i))).toList();
  }

  private Step with(int place, Map<String, List<Operand<?>>> known) {
    Step step = steps.get(place);
    UpdateScalars scalars = step.scalars().withSums(known);
    return new Step(step.rule(), step.options(), scalars);
  }

  /** Adds one more sum of every weight that misses one; false if none does. */
  private boolean round(List<Map<String, List<Operand<?>>>> known) {
    Map<String, List<Operand<?>>> parts = new LinkedHashMap<>();
    for (int i = 0; i < places.size(); i++) {
      parts(places.get(i), with(i, known.get(i)))
          .forEach((name, part) -> parts.computeIfAbsent(name, n -> new ArrayList<>()).add(part));
    }
    for (int i = 0; i < places.size(); i++) {
      Ops tf = places.get(i).tf();
      Map<String, List<Operand<?>>> own = known.get(i);
      parts.forEach(
          (name, each) -> own.computeIfAbsent(name, n -> new ArrayList<>()).add(sum(tf, each)));
    }
    return !parts.isEmpty();
  }

  @SuppressWarnings("unchecked") // the pieces of a weight have one type
  private static <T extends TNumber> Operand<T> sum(Ops tf, List<Operand<?>> parts) {
    return tf.math.addN((List<Operand<T>>) (List<?>) parts);
  }

  /** What the pieces of a place add to the sums that they miss. */
  private Map<String, Operand<?>> parts(Place place, Step known) {
    List<String> names = new ArrayList<>();
    Optional<Operation> call =
        FunctionCall.addIfAny(
            place.tf(),
            known.rule().name() + "-sums",
            known.options().compiled(),
            program -> {
              Step inside = known.inside(program);
              for (Trainable<?> trainable : place.trainables()) {
                missing(place.tf(), program, inside, trainable)
                    .ifPresent(
                        part -> {
                          program.result(part);
                          names.add(trainable.weight().name());
                        });
              }
            });
    Map<String, Operand<?>> parts = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      parts.put(names.get(i), call.orElseThrow().output(i));
    }
    return parts;
  }

  private static <T extends TNumber> Optional<Operand<?>> missing(
      Ops outside, FunctionCall program, Step inside, Trainable<T> trainable) {
    if (trainable.weight().piece().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Operand<T>> old = new HashMap<>();
    trainable.read(outside).byName().forEach((name, value) -> old.put(name, program.pass(value)));
    Operand<T> gradient = program.pass(trainable.gradient());
    try {
      inside.apply(program.body(), trainable.weight(), gradient, new Values<>(old));
      return Optional.empty();
    } catch (PieceSums.Missing missing) {
      return Optional.of(missing.part());
    }
  }
}
