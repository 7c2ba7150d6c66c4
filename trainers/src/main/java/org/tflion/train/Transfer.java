package org.tflion.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.checkpoint.Manifest.TensorEntry;
import org.tflion.train.step.StateTensor;

/**
 * What is taken over from a checkpoint; the rest starts fresh.
 *
 * @param weightsOnly whether the slots of the optimizer are left behind
 * @param exclude tensors whose name it finds are left behind, or null
 */
public record Transfer(boolean weightsOnly, @Nullable Pattern exclude) {

  /** All of it. */
  public static final Transfer ALL = new Transfer(false, null);

  /**
   * The tensors to restore.
   *
   * @param sources for their names those in the checkpoint
   * @param notes a sentence on each kind of what starts fresh or is not used
   */
  record Plan(Map<String, String> sources, List<String> notes) {}

  /**
   * Compares a checkpoint with the state that it is to fill.
   *
   * @throws IllegalArgumentException if a tensor that is wanted is not there, or has another shape
   *     or type, naming it
   */
  Plan plan(Checkpoint from, List<StateTensor> into) {
    Map<String, TensorEntry> there =
        from.manifest().tensors().stream()
            .collect(Collectors.toMap(TensorEntry::name, Function.identity(), (a, b) -> a));
    Map<String, String> sources = new LinkedHashMap<>();
    List<String> excluded = new ArrayList<>();
    Set<String> slots = new TreeSet<>();
    for (StateTensor tensor : into) {
      boolean left = weightsOnly && tensor.slot().isPresent() && !tensor.isAverage();
      if (exclude != null && exclude.matcher(tensor.name()).find()) {
        excluded.add(tensor.name());
      } else if (left) {
        slots.add(tensor.slot().get());
      } else {
        String source = source(tensor, there);
        requireSame(tensor, there.get(source), from);
        sources.put(tensor.name(), source);
      }
    }
    if (exclude != null && excluded.isEmpty()) {
      throw new IllegalArgumentException(
          "--exclude must match the name of a tensor, such as %s (got %s)"
              .formatted(into.get(into.size() - 1).name(), exclude));
    }
    return new Plan(sources, notes(excluded, slots));
  }

  /** Averages that were not kept before begin as the weights are. */
  private String source(StateTensor tensor, Map<String, TensorEntry> there) {
    boolean begins = weightsOnly && tensor.isAverage() && !there.containsKey(tensor.name());
    return begins ? tensor.averaged() : tensor.name();
  }

  private static List<String> notes(List<String> excluded, Set<String> slots) {
    List<String> notes = new ArrayList<>();
    if (!excluded.isEmpty()) {
      notes.add("starts fresh, as --exclude says: " + String.join(", ", excluded));
    }
    if (!slots.isEmpty()) {
      notes.add("slots of the optimizer start fresh: " + String.join(", ", slots));
    }
    return notes;
  }

  private static void requireSame(
      StateTensor tensor, @Nullable TensorEntry there, Checkpoint from) {
    String cure = "; leave it out with --exclude REGEX";
    if (there == null) {
      throw new IllegalArgumentException(
          "%s must be in the checkpoint %s (got none of that name)%s"
              .formatted(tensor.name(), from.folder(), cure));
    }
    if (!there.shape().equals(tensor.shape()) || !there.type().equals(tensor.type())) {
      throw new IllegalArgumentException(
          "%s must be %s %s, as in the checkpoint %s (got %s %s)%s"
              .formatted(
                  tensor.name(),
                  there.type(),
                  there.shape(),
                  from.folder(),
                  tensor.type(),
                  tensor.shape(),
                  cure));
    }
  }
}
