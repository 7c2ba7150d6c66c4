package org.tflion.train.step;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
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

  /** An operation, with what is asked of it over and over; equal to itself alone. */
  private static final class Node {
    final GraphOperation op;
    final List<Output<?>> inputs = new ArrayList<>();
    final List<Output<?>> outputs = new ArrayList<>();
    final List<Node> next = new ArrayList<>();
    final int before;

    Node(GraphOperation op) {
      this.op = op;
      for (int i = 0; i < op.numInputs(); i++) {
        inputs.add(op.input(i));
      }
      for (int i = 0; i < op.numOutputs(); i++) {
        outputs.add(op.output(i));
      }
      before = before(op).size();
    }
  }

  private final List<Node> nodes = new ArrayList<>();
  private final Map<Output<?>, Integer> readers = new HashMap<>();

  /**
   * Reads what makes results, once for all questions.
   *
   * @param results kept to the end
   */
  Liveness(Graph graph, Set<? extends Operand<?>> results) {
    Set<GraphOperation> needed = needed(results);
    Map<GraphOperation, Node> known = new HashMap<>();
    for (Iterator<GraphOperation> all = graph.operations(); all.hasNext(); ) {
      GraphOperation op = all.next();
      if (needed.contains(op)) {
        Node node = new Node(op);
        nodes.add(node);
        known.put(op, node);
      }
    }
    for (Node node : nodes) {
      node.inputs.forEach(input -> readers.merge(input, 1, Integer::sum));
      after(node.op).stream().filter(known::containsKey).map(known::get).forEach(node.next::add);
    }
    // A result is read once more, by whoever asked for it.
    results.forEach(result -> readers.merge(result.asOutput(), 1, Integer::sum));
  }

  /** Every operation that results are made by, their own included. */
  private static Set<GraphOperation> needed(Set<? extends Operand<?>> results) {
    Set<GraphOperation> needed = new HashSet<>();
    Deque<GraphOperation> open = new ArrayDeque<>();
    results.forEach(result -> open.add((GraphOperation) result.asOutput().op()));
    while (!open.isEmpty()) {
      GraphOperation op = open.removeLast();
      if (needed.add(op)) {
        open.addAll(before(op));
      }
    }
    return needed;
  }

  /** Whatever an operation waits for. */
  private static Set<GraphOperation> before(GraphOperation op) {
    Set<GraphOperation> before = new HashSet<>(op.controlInputs());
    for (int i = 0; i < op.numInputs(); i++) {
      before.add((GraphOperation) op.input(i).op());
    }
    return before;
  }

  /** Whatever waits for an operation, in the order of its outputs. */
  private static Set<GraphOperation> after(GraphOperation op) {
    Set<GraphOperation> next = new LinkedHashSet<>(op.consumers());
    next.addAll(op.controlConsumers());
    return next;
  }

  /** All operations, in the order of the graph. */
  List<GraphOperation> operations() {
    return nodes.stream().map(node -> node.op).toList();
  }

  /**
   * The most bytes that are alive at once, results included.
   *
   * @param bytes of a value
   */
  long peak(ToLongFunction<Output<?>> bytes) {
    return new Run(bytes).peak();
  }

  /** One run that is played through. */
  private final class Run {

    private final ToLongFunction<Output<?>> bytes;
    private final Map<Output<?>, Buffer> buffers = new HashMap<>();
    private long now;
    private long peak;

    Run(ToLongFunction<Output<?>> bytes) {
      this.bytes = bytes;
    }

    long peak() {
      Map<Node, Integer> done = new HashMap<>();
      Deque<Node> ready = new ArrayDeque<>();
      nodes.stream().filter(node -> node.before == 0).forEach(ready::add);
      while (!ready.isEmpty()) {
        Node node = ready.removeFirst();
        play(node);
        for (Node next : node.next) {
          if (done.merge(next, 1, Integer::sum) == next.before) {
            ready.addLast(next);
          }
        }
      }
      return peak;
    }

    private void play(Node node) {
      List<Buffer> inputs = new ArrayList<>();
      for (Output<?> input : node.inputs) {
        inputs.add(Objects.requireNonNull(buffers.get(input), node.op.name()));
      }
      for (Output<?> output : node.outputs) {
        Buffer buffer = buffer(node.op, output, inputs);
        buffer.readers += readers.getOrDefault(output, 0);
        buffers.put(output, buffer);
      }
      peak = Math.max(peak, now);
      inputs.forEach(input -> read(input, 1));
      node.outputs.forEach(output -> read(Objects.requireNonNull(buffers.get(output)), 0));
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
  }

  /** Parts of a value along its first axis are views as well. */
  private static boolean isView(GraphOperation op) {
    return VIEWS.contains(op.type())
        || (op.type().equals("Unpack") && op.attributes().getAttrInt("axis") == 0);
  }
}
