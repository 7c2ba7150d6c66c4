package org.tflion.train.step;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;

/**
 * How many bytes a graph's values take while it runs: the run is played through without computing
 * anything.
 *
 * <p>As in TensorFlow's executor, an operation is queued when its last input exists and leaves the
 * queue in turn; a value goes when its last reader is done; an element-by-element operation takes
 * over the buffer of an input that nobody else needs; what merely looks at a value in another shape
 * has no buffer of its own. Placeholders belong to whoever feeds them and constants to the graph:
 * neither counts.
 */
final class Liveness {

  /** Their output is a view of their first input. */
  private static final Set<String> VIEWS =
      Set.of("Identity", "Reshape", "Squeeze", "ExpandDims", "StopGradient", "EnsureShape");

  /** Whoever made these keeps them. */
  private static final Set<String> FED = Set.of("Placeholder", "PlaceholderWithDefault", "Const");

  /** They compute each element from the elements at its place, and may write over an input. */
  private static final Set<String> IN_PLACE =
      Set.of(
          "Add AddV2 AddN BiasAdd Div DivNoNan Elu Erf Exp Log Maximum Minimum Mul Neg Pow RealDiv"
              .split(" "));

  private static final Set<String> MORE_IN_PLACE =
      Set.of(
          "Relu ReluGrad Rsqrt RsqrtGrad Select Sigmoid SigmoidGrad Softmax Sqrt SqrtGrad Square Sub Tanh TanhGrad"
              .split(" "));

  private static final class Buffer {
    final long bytes;
    int readers;

    Buffer(long bytes) {
      this.bytes = bytes;
    }
  }

  private final ToLongFunction<Output<?>> bytes;
  private final Map<GraphOperation, Integer> waiting = new HashMap<>();
  private final Map<Output<?>, Buffer> buffers = new HashMap<>();
  private final Map<Output<?>, Integer> readers = new HashMap<>();
  private long now;
  private long peak;

  private Liveness(ToLongFunction<Output<?>> bytes) {
    this.bytes = bytes;
  }

  /**
   * The most bytes that are alive at once, results included.
   *
   * @param results kept to the end
   * @param bytes of a value
   */
  static long peak(
      Graph graph, Set<? extends Operand<?>> results, ToLongFunction<Output<?>> bytes) {
    return new Liveness(bytes).run(graph, results);
  }

  private long run(Graph graph, Set<? extends Operand<?>> results) {
    Set<GraphOperation> needed = needed(graph, results);
    Deque<GraphOperation> ready = new ArrayDeque<>();
    for (Iterator<GraphOperation> all = graph.operations(); all.hasNext(); ) {
      GraphOperation op = all.next();
      if (needed.contains(op)) {
        count(op, ready);
      }
    }
    // A result is read once more, by whoever asked for it.
    results.forEach(result -> readers.merge(result.asOutput(), 1, Integer::sum));
    while (!ready.isEmpty()) {
      GraphOperation op = ready.removeFirst();
      play(op);
      for (GraphOperation next : after(op)) {
        Integer left = waiting.computeIfPresent(next, (key, count) -> count - 1);
        if (left != null && left == 0) {
          ready.addLast(next);
        }
      }
    }
    return peak;
  }

  /** Every operation that results are made by, their own included. */
  static Set<GraphOperation> needed(Graph graph, Set<? extends Operand<?>> results) {
    Set<GraphOperation> needed = new HashSet<>(graph.subgraphTo(new HashSet<Operand<?>>(results)));
    results.forEach(result -> needed.add((GraphOperation) result.asOutput().op()));
    return needed;
  }

  private void count(GraphOperation op, Deque<GraphOperation> ready) {
    Set<GraphOperation> before = new HashSet<>(op.controlInputs());
    for (int i = 0; i < op.numInputs(); i++) {
      readers.merge(op.input(i), 1, Integer::sum);
      before.add((GraphOperation) op.input(i).op());
    }
    waiting.put(op, before.size());
    if (before.isEmpty()) {
      ready.addLast(op);
    }
  }

  /** Whatever waits for an operation, in the order of its outputs. */
  private static Set<GraphOperation> after(GraphOperation op) {
    Map<GraphOperation, Boolean> next = new LinkedHashMap<>();
    op.consumers().forEach(consumer -> next.put(consumer, true));
    op.controlConsumers().forEach(consumer -> next.put(consumer, true));
    return next.keySet();
  }

  private void play(GraphOperation op) {
    List<Buffer> inputs = new ArrayList<>();
    for (int i = 0; i < op.numInputs(); i++) {
      inputs.add(Objects.requireNonNull(buffers.get(op.input(i)), op.name()));
    }
    for (int i = 0; i < op.numOutputs(); i++) {
      Output<?> output = op.output(i);
      Buffer buffer = buffer(op, output, inputs);
      buffer.readers += readers.getOrDefault(output, 0);
      buffers.put(output, buffer);
    }
    peak = Math.max(peak, now);
    inputs.forEach(input -> read(input, 1));
    for (int i = 0; i < op.numOutputs(); i++) {
      read(Objects.requireNonNull(buffers.get(op.output(i))), 0);
    }
  }

  private void read(Buffer buffer, int times) {
    buffer.readers -= times;
    if (buffer.readers == 0) {
      now -= buffer.bytes;
    }
  }

  private Buffer buffer(GraphOperation op, Output<?> output, List<Buffer> inputs) {
    if (FED.contains(op.type())) {
      return new Buffer(0);
    }
    if (isView(op)) {
      return inputs.get(0);
    }
    long size = bytes.applyAsLong(output);
    if (IN_PLACE.contains(op.type()) || MORE_IN_PLACE.contains(op.type())) {
      for (Buffer input : inputs) {
        if (input.readers == 1 && input.bytes == size) {
          return input;
        }
      }
    }
    now += size;
    return new Buffer(size);
  }

  /** Parts of a value along its first axis are views as well. */
  private static boolean isView(GraphOperation op) {
    return VIEWS.contains(op.type())
        || (op.type().equals("Unpack") && op.attributes().getAttrInt("axis") == 0);
  }
}
