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
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;
import org.tflion.Require;
import org.tflion.gradient.SparseGradient;

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
  private final States states;
  private final LossScaling scaling;
  private @Nullable Update last;
  private List<Trainable<?>> trained = List.of();

  /**
   * An optimizer that updates by a rule.
   *
   * @param graph the graph of the loss
   * @param rule the arithmetic
   * @param options clipping, decay mask and compilation
   */
  protected RuleOptimizer(Graph graph, Rule rule, UpdateOptions options) {
    super(graph, rule.name());
    Rule whole = options.average() > 0 ? new AveragedRule(rule, options.average()) : rule;
    this.updater = new Updater(whole, options);
    this.states = new States(graph, rule.name());
    this.scaling = new LossScaling(options.lossScale(), states);
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
    UnsafeSquare.refuse(getOptimizerName(), upstream);
    boolean plain = scaling.isNone() || variables.isEmpty();
    Ops scope = Ops.create(graph).withSubScope(getOptimizerName());
    Operand<TFloat64> factor = plain ? scope.constant(1.0) : factor(scope, variables.get(0)); // []
    Operand<?> scaled = plain ? loss : scaling.scaled(scope, loss, factor);
    Output<?>[] gradients = graph.addGradients(scaled.asOutput(), variables.toArray(Output[]::new));
    List<GradAndVar<?>> pairs = new ArrayList<>();
    for (int i = 0; i < gradients.length; i++) {
      boolean kept = plain || gradients[i].isClosed();
      Output<?> gradient = kept ? gradients[i] : scaling.unscaled(scope, gradients[i], factor);
      pairs.add(pair(gradient, variables.get(i)));
    }
    return pairs;
  }

  private Operand<TFloat64> factor(Ops tf, Output<?> variable) {
    boolean half = VariableType.isBfloat16((GraphOperation) variable.op());
    return scaling.factor(tf, half ? Weight.bfloat16(variable) : Weight.of(variable));
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

  /**
   * Adds an update of one table by a sparse gradient.
   *
   * <p>Lazy updates run as plain operations, whatever the options say of compilation, and know
   * neither the global norm nor accumulation nor the guard.
   *
   * @param variable the table; its first axis is the one of the indices
   * @param gradient of the touched rows
   * @param semantics what becomes of the others
   * @throws IllegalArgumentException if a lazy update is asked of a rule whose slots are no tables,
   *     or with options that it does not know
   */
  public final <T extends TNumber> Op applySparse(
      Output<? extends TType> variable,
      SparseGradient<T> gradient,
      SparseSemantics semantics,
      String name) {
    @SuppressWarnings("unchecked") // Trainable checks the type
    Weight<T> weight = (Weight<T>) states.weight(variable, updater.options().bfloat16());
    Ops scope = Ops.create(graph).withSubScope(getOptimizerName());
    if (semantics == SparseSemantics.DENSE) {
      var dense = gradient.dense(scope, weight.shape().get(0));
      return apply(List.of(pair(dense.asOutput(), variable)), List.of(), name);
    }
    UpdateOptions options = updater.options();
    Require.that(
        !options.clipsNorm() && options.accumulated() == 1 && !options.guarded(),
        getOptimizerName() + ": lazy updates need options without norm, accumulation and guard",
        options);
    LazyUpdate<T> lazy = new LazyUpdate<>(weight, slots(weight));
    Op done = updater.addLazy(scope, lazy, states.count(weight, "updates"), gradient);
    return Ops.create(graph).withName(name).withControlDependencies(done).noOp();
  }

  private Op apply(List<GradAndVar<? extends TType>> pairs, List<Op> after, String name) {
    Ops scope = Ops.create(graph).withSubScope(getOptimizerName());
    List<Trainable<?>> trainables = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (GradAndVar<?> pair : pairs) {
      // TensorFlow Java marks "no gradient" by a closed output.
      if (!pair.getGradient().isClosed()) {
        String variable = pair.getVariable().op().name();
        names.add(variable);
        if (updater.rule().trains(variable)) {
          Weight<?> weight = states.weight(pair.getVariable(), updater.options().bfloat16());
          trainables.add(trainable(scope, weight, pair.getGradient()));
        }
      }
    }
    Require.that(
        !trainables.isEmpty(),
        getOptimizerName() + ": the loss must depend on at least one variable by a gradient",
        pairs.size() + " variables, none with a gradient");
    updater.rule().check(names);
    Op update = add(scope, trainables, after);
    return Ops.create(graph).withName(name).withControlDependencies(update).noOp();
  }

  private Op add(Ops scope, List<Trainable<?>> trainables, List<Op> after) {
    Weight<?> like = trainables.get(0).weight();
    Weight<TInt64> counter = states.count(like, "updates");
    Update update =
        updater.options().accumulated() == 1
            ? updater.add(scope, trainables, counter, after)
            : new Accumulation(updater, states).add(scope, trainables, counter, after);
    last = update;
    trained = List.copyOf(trainables);
    if (!updater.options().guarded()) {
      return update.op();
    }
    Weight<TInt64> skipped = states.count(like, "skipped");
    Ops late = scope.withControlDependencies(update.op());
    var one = late.dtypes.cast(late.math.logicalNot(update.finite()), TInt64.class); // []
    Op counted = skipped.assign(late, late.math.add(skipped.read(late), one));
    return updater.options().lossScale().dynamic()
        ? late.withControlDependencies(counted, scaling.adapt(late, like, update.finite())).noOp()
        : counted;
  }

  private <T extends TNumber> Trainable<T> trainable(Ops tf, Weight<T> weight, Output<?> gradient) {
    boolean widened = gradient.type() == TBfloat16.class && weight.type() == TFloat32.class;
    @SuppressWarnings("unchecked") // Trainable checks the type
    Operand<T> typed = widened ? tf.dtypes.cast(gradient, weight.type()) : (Output<T>) gradient;
    boolean known = !gradient.shape().hasUnknownDimension();
    return new Trainable<>(
        weight, known ? typed : tf.ensureShape(typed, weight.shape()), slots(weight));
  }

  private <T extends TNumber> Map<String, Weight<T>> slots(Weight<T> weight) {
    Map<String, Weight<T>> slots = new HashMap<>();
    for (Slot slot : updater.rule().of(weight.name()).slots(weight.shape())) {
      slots.put(slot.name(), states.slot(weight, slot));
    }
    return slots;
  }

  /** The slot of a reference variable; slots of resource variables are no {@link Variable}. */
  @Override
  public final <T extends TType> Optional<Variable<T>> getSlot(Output<T> variable, String name) {
    return states
        .find(variable, name)
        .map(Weight::variable)
        .filter(slot -> slot.op().type().equals(RefWeight.OP))
        .map(slot -> new Variable<>(slot.op()));
  }

  /**
   * The learning rate of the loss that was minimized last, a scalar: fetch it to log it, feed it to
   * set the rate of one run by hand.
   *
   * @throws IllegalStateException if no loss is minimized yet
   */
  public final Operand<TFloat64> learningRate() {
    return last().learningRate();
  }

  /**
   * Global norm of the gradients of the loss that was minimized last, before clipping, a scalar.
   *
   * @throws IllegalStateException if no loss is minimized yet
   */
  public final Operand<TFloat64> gradientNorm() {
    return last().gradientNorm();
  }

  /**
   * Adds measurements of the next update by the loss that was minimized last.
   *
   * @throws IllegalStateException if no loss is minimized yet
   */
  public final UpdateMetrics metrics() {
    last();
    Ops scope = Ops.create(graph).withSubScope(getOptimizerName() + "-metrics");
    return updater.metrics(scope, trained, states.count(trained.get(0).weight(), "updates"));
  }

  private Update last() {
    if (last == null) {
      throw new IllegalStateException(getOptimizerName() + ": minimize must be called first");
    }
    return last;
  }

  /**
   * Adds an operation that exchanges all weights and their averages: run it before an evaluation
   * and once more after it, never together with an update.
   *
   * @throws IllegalStateException if no loss is minimized yet, or no averages are kept
   */
  public final Op swapAverages() {
    return states.exchange(AveragedRule.AVERAGE);
  }

  /** Never called: {@link #applyGradients} updates all variables together. */
  @Override
  protected final <T extends TType> Op applyDense(
      Ops opDependencies, Output<T> gradient, Output<T> variable) {
    throw new IllegalStateException(
        getOptimizerName() + ": variables are updated together, by applyGradients");
  }
}
