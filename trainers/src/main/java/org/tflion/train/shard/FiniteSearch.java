package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt64;
import org.tflion.train.data.Batch;
import org.tflion.train.shard.ShardedGraph.Nodes;

/**
 * Looks for what is not finite in the loss of a batch and its gradients, without training.
 *
 * @param nodes of the step
 * @param names of its parameters in their order
 */
record FiniteSearch(Nodes nodes, List<String> names) {

  private static final String LOSS = "loss";

  /**
   * What is not finite first, in the first part that has something.
   *
   * @param parts of the batch
   * @param runners of the step's session
   * @return {@code loss}, or the name of the first such parameter
   */
  Optional<String> first(Batch batch, int parts, Supplier<Session.Runner> runners) {
    for (int part = 0; part < parts; part++) {
      try (Feeds feeds = Feeds.of(nodes.batches(), batch, part);
          TInt64 index = TInt64.scalarOf(part)) {
        Set<String> wrong = in(feeds.into(runners.get()).feed(nodes.part(), index));
        Optional<String> first =
            Stream.concat(Stream.of(LOSS), names.stream()).filter(wrong::contains).findFirst();
        if (first.isPresent()) {
          return first;
        }
      }
    }
    return Optional.empty();
  }

  private Set<String> in(Session.Runner runner) {
    List<String> fetched = new ArrayList<>(List.of(LOSS));
    runner.fetch(nodes.partIsFinite());
    for (Map<String, Operand<TBool>> own : nodes.finite()) {
      own.forEach(
          (name, finite) -> {
            fetched.add(name);
            runner.fetch(finite);
          });
    }
    Set<String> wrong = new HashSet<>();
    try (Result result = runner.run()) {
      for (int i = 0; i < fetched.size(); i++) {
        if (!((TBool) result.get(i)).getBoolean()) {
          wrong.add(fetched.get(i));
        }
      }
    }
    return wrong;
  }
}
