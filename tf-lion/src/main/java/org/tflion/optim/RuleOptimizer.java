package org.tflion.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;
import org.tflion.Require;

/**
 * A TensorFlow Java optimizer around a {@link Rule}: the same contract as the framework's own, for
 * reference variables ({@code tf.variable}) and resource variables ({@code tf.varHandleOp}) alike.
 *
 * <p>It differs from the framework's optimizers where those go wrong: only variables that the loss
 * depends on are trained, so another optimizer's slots are left alone; nothing is written before
 * everything that reads it has run; a variable without a gradient is left as it is.
 */
public abstract class RuleOptimizer extends Optimizer {

  private final Updater updater;
  private final Map<String, Weight<?>> slots = new HashMap<>();
  private @Nullable Weight<TInt64> counter;

  /**
   * An optimizer that updates by a rule.
   *
   * @param graph the graph of the loss
   * @param rule the arithmetic
   * @param options clipping, decay mask and compilation
   */
  protected RuleOptimizer(Graph graph, Rule rule, UpdateOptions options) {
    super(graph, rule.name());
    this.updater = new Updater(rule, options);
  }

  @Override
  public final String getOptimizerName() {
    return updater.rule().name();
  }

  @Override
  public final Op minimize(Operand<?> loss, String name) {
    return apply(computeGradients(loss), List.of(loss), name);
  }

  /** Gradients of the loss by every floating variable that it depends on. */
  @Override
  public final <T extends TType> List<GradAndVar<?>> computeGradients(Operand<?> loss) {
    List<Output<?>> variables = new ArrayList<>();
    Set<GraphOperation> upstream = graph.subgraphTo(Set.of(loss));
    graph
        .operations()
        .forEachRemaining(
            op -> {
              if (upstream.contains(op) && isTrainable(op)) {
                variables.add(op.output(0));
              }
            });
    Output<?>[] gradients = graph.addGradients(loss.asOutput(), variables.toArray(Output[]::new));
    List<GradAndVar<?>> pairs = new ArrayList<>();
    for (int i = 0; i < gradients.length; i++) {
      pairs.add(pair(gradients[i], variables.get(i)));
    }
    return pairs;
  }

  @SuppressWarnings("unchecked") // the gradient by a variable has the variable's type
  private static <T extends TType> GradAndVar<T> pair(Output<?> gradient, Output<?> variable) {
    return new GradAndVar<>((Output<T>) gradient, (Output<T>) variable);
  }

  private static boolean isTrainable(GraphOperation op) {
    boolean variable = op.type().equals(RefWeight.OP) || op.type().equals(ResourceWeight.OP);
    return variable && VariableType.isFloating(op);
  }

  @Override
  public final Op applyGradients(List<GradAndVar<? extends TType>> gradsAndVars, String name) {
    return apply(gradsAndVars, List.of(), name);
  }

  private Op apply(List<GradAndVar<? extends TType>> pairs, List<Op> after, String name) {
    Ops scope = Ops.create(graph).withSubScope(getOptimizerName());
    List<Trainable<?>> trainables = new ArrayList<>();
    for (GradAndVar<?> pair : pairs) {
      // TensorFlow Java marks "no gradient" by a closed output.
      if (!pair.getGradient().isClosed()) {
        trainables.add(trainable(scope, Weight.of(pair.getVariable()), pair.getGradient()));
      }
    }
    Require.that(
        !trainables.isEmpty(),
        getOptimizerName() + ": the loss must depend on at least one variable by a gradient",
        pairs.size() + " variables, none with a gradient");
    Op update = updater.add(scope, trainables, counter(trainables.get(0).weight()), after).op();
    return Ops.create(graph).withName(name).withControlDependencies(update).noOp();
  }

  private <T extends TNumber> Trainable<T> trainable(Ops tf, Weight<T> weight, Output<?> gradient) {
    Map<String, Weight<T>> slots = new HashMap<>();
    for (Slot slot : updater.rule().slots(weight.shape())) {
      slots.put(slot.name(), slot(weight, slot));
    }
    @SuppressWarnings("unchecked") // Trainable checks the type
    Operand<T> typed = (Output<T>) gradient;
    boolean known = !gradient.shape().hasUnknownDimension();
    return new Trainable<>(weight, known ? typed : tf.ensureShape(typed, weight.shape()), slots);
  }

  /** One for all losses that this optimizer minimizes. */
  private Weight<TInt64> counter(Weight<?> like) {
    if (counter == null) {
      counter = like.sibling(tf, getOptimizerName() + "-updates", Shape.scalar(), TInt64.class);
    }
    return counter;
  }

  /** One for all losses that this optimizer minimizes. */
  @SuppressWarnings("unchecked") // made here, of the weight's type
  private <T extends TNumber> Weight<T> slot(Weight<T> weight, Slot slot) {
    return (Weight<T>)
        slots.computeIfAbsent(
            createName(weight.variable(), slot.name()), unique -> slot.beside(tf, weight, unique));
  }

  /** The slot of a reference variable; slots of resource variables are no {@link Variable}. */
  @Override
  public final <T extends TType> Optional<Variable<T>> getSlot(Output<T> variable, String name) {
    Weight<?> slot = slots.get(createName(variable, name));
    return slot != null && slot.variable().op().type().equals(RefWeight.OP)
        ? Optional.of(new Variable<>(slot.variable().op()))
        : Optional.empty();
  }

  /** Never called: {@link #applyGradients} updates all variables together. */
  @Override
  protected final <T extends TType> Op applyDense(
      Ops opDependencies, Output<T> gradient, Output<T> variable) {
    throw new IllegalStateException(
        getOptimizerName() + ": variables are updated together, by applyGradients");
  }
}
