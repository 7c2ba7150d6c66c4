package org.tflion.discovery.lower;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Kind;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.Signature;
import org.tflion.discovery.program.Statement;
import org.tflion.optim.Mixing;

/**
 * The statements of a program that mix all leaves of the weights: {@code global_norm}, {@code dot},
 * {@code cosine_sim} and {@code clip} of anything but a scalar.
 */
final class Mixed implements Mixing {

  private final Program program;
  private final BitSet statements;

  Mixed(Program program) {
    this.program = program;
    this.statements = new BitSet();
    Analysis analysis = Analysis.of(program);
    for (int i = 0; i < program.size(); i++) {
      Signature signature = program.statements().get(i).function().signature();
      boolean reduces =
          signature == Signature.REDUCTION
              || signature == Signature.PRODUCT
              || signature == Signature.BOUND;
      statements.set(i, reduces && analysis.arguments(i).get(0).kind() != Kind.SCALAR);
    }
  }

  /** Whether there is any such statement. */
  boolean isEmpty() {
    return statements.isEmpty();
  }

  /** The place of a statement (from 0) among those that mix, or -1. */
  int indexOf(int statement) {
    return statements.get(statement) ? statements.get(0, statement).cardinality() : -1;
  }

  /** One scalar for each such statement, in order. */
  @Override
  public List<Operand<TFloat64>> scalars(Ops tf, List<Member<?>> members) {
    List<LeafGraph<?>> leaves = new ArrayList<>();
    members.forEach(member -> leaves.add(new LeafGraph<>(tf, member)));
    List<Operand<TFloat64>> scalars = new ArrayList<>();
    for (int i = 0; i < statements.length(); i++) {
      Statement statement = program.statements().get(i);
      if (statements.get(i)) {
        Operand<TFloat64> scalar = combine(tf, statement.function(), sums(tf, statement, leaves));
        scalars.add(scalar);
        leaves.forEach(leaf -> leaf.execute(statement, scalar));
      } else {
        leaves.forEach(leaf -> leaf.execute(statement, null));
      }
    }
    return scalars;
  }

  private static List<Operand<TFloat64>> sums(
      Ops tf, Statement statement, List<LeafGraph<?>> leaves) {
    List<List<Operand<TFloat64>>> parts =
        leaves.stream().map(leaf -> leaf.partial(statement)).toList();
    return IntStream.range(0, parts.get(0).size())
        .<Operand<TFloat64>>mapToObj(i -> tf.math.addN(parts.stream().map(p -> p.get(i)).toList()))
        .toList();
  }

  /** The scalar of a statement, from sums over all leaves of products and squares. */
  static Operand<TFloat64> combine(Ops tf, Function function, List<Operand<TFloat64>> sums) {
    return switch (function) {
      case DOT -> sums.get(0);
      case COSINE_SIM -> {
        var lengths = tf.math.mul(tf.math.sqrt(sums.get(1)), tf.math.sqrt(sums.get(2))); // []
        yield tf.math.div(sums.get(0), lengths);
      }
      default -> tf.math.sqrt(sums.get(0));
    };
  }
}
