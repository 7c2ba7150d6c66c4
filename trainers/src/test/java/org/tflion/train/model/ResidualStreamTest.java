package org.tflion.train.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import org.tflion.train.model.bert.Bert;
import org.tflion.train.model.bert.BertConfig;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.model.vit.Vit;
import org.tflion.train.model.vit.VitConfig;

/** What the whole models compute is tested where they are; here, that their parts are the same. */
class ResidualStreamTest {

  /** A model, and features that it takes: sizes, and below what their numbers are. */
  record Case(Model model, Map<String, int[]> features, int limit) {

    Inputs batch(Ops tf) {
      Map<String, Operand<? extends TType>> batch = new LinkedHashMap<>();
      Random random = new Random(5);
      features.forEach(
          (name, sizes) -> {
            long count = IntStream.of(sizes).asLongStream().reduce(1, (a, b) -> a * b);
            var flat = tf.constant(random.ints(count, 0, limit).toArray());
            var feature = tf.reshape(flat, tf.constant(sizes));
            batch.put(
                name, name.equals(Vit.PIXELS) ? tf.dtypes.cast(feature, TUint8.class) : feature);
          });
      return new Inputs(batch, null);
    }
  }

  static List<Case> cases() {
    GptConfig gpt = new GptConfig(2, 2, 8, 5, "learned", "layernorm", "gelu", true, 0, 0, 0);
    GptConfig rotary = new GptConfig(2, 2, 8, 5, "rope", "rmsnorm", "geglu", false, 0, 0, 0);
    return List.of(
        new Case(Gpt.of(gpt, 11), Map.of(Gpt.TEXT, new int[] {3, 6}), 11),
        new Case(Gpt.of(rotary, 11), Map.of(Gpt.TEXT, new int[] {3, 6}), 11),
        new Case(
            Gpt.of(gpt, 11),
            Map.of(Gpt.TEXT, new int[] {3, 6}, Gpt.SEGMENTS, new int[] {3, 6}),
            11),
        new Case(
            Bert.of(new BertConfig(2, 2, 8, 5, 0, 0), 11),
            Map.of(
                "tokens",
                new int[] {3, 5},
                "positions",
                new int[] {3, 2},
                "targets",
                new int[] {3, 2}),
            5),
        new Case(
            new Vit(new VitConfig(6, 1, 3, 4, 2, 2, 8, "class", 0, 0)),
            Map.of(Vit.PIXELS, new int[] {3, 6, 6, 1}, Vit.LABELS, new int[] {3}),
            4));
  }

  private static Map<String, Operand<TFloat64>> values(Ops tf, Model model) {
    Map<String, Operand<TFloat64>> values = new LinkedHashMap<>();
    Random random = new Random(2);
    for (Parameter parameter : model.parameters()) {
      double[] numbers = random.doubles(parameter.size(), -0.5, 0.5).toArray();
      values.put(
          parameter.name(), tf.reshape(tf.constant(numbers), tf.constant(parameter.shape())));
    }
    return values;
  }

  /** The values that a part names, and no others. */
  private static Parameters<TFloat64> of(
      ResidualStream.Part<?> part, Map<String, Operand<TFloat64>> values) {
    Map<String, Operand<TFloat64>> own = new LinkedHashMap<>(values);
    own.keySet().retainAll(part.names());
    return new Parameters<>(own);
  }

  private static Objective<TFloat64> composed(
      Ops tf, Model model, Map<String, Operand<TFloat64>> values, Inputs batch) {
    ResidualStream<TFloat64> parts = model.parts(1);
    Optional<Operand<TFloat64>> rows =
        parts.first().map(first -> first.inside().apply(tf, of(first, values), batch));
    for (var branch : parts.branches()) {
      Operand<TFloat64> x = rows.orElseThrow();
      var more = branch.inside().apply(tf, of(branch, values), batch, x);
      rows = Optional.of(tf.math.add(x, more));
    }
    return parts.last().inside().apply(tf, of(parts.last(), values), batch, rows);
  }

  private static double number(Operand<TFloat64> value) {
    return value.asTensor().getDouble();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void partsOneAfterTheOtherAreTheModel(Case own) {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      var values = values(tf, own.model());
      Inputs batch = own.batch(tf);
      var whole = own.model().loss(tf, new Parameters<>(values), batch);
      var parts = composed(tf, own.model(), values, batch);
      assertThat(number(parts.mean())).isEqualTo(number(whole.mean()));
      assertThat(number(parts.count())).isEqualTo(number(whole.count()));
      assertThat(parts.metrics().keySet()).isEqualTo(whole.metrics().keySet());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyParameterIsOfSomePart(Case own) {
    ResidualStream<TFloat64> parts = own.model().parts(1);
    Stream<String> names =
        Stream.of(parts.first().stream(), parts.branches().stream(), Stream.of(parts.last()))
            .flatMap(each -> each)
            .flatMap(part -> part.names().stream());
    assertThat(names.distinct())
        .containsExactlyInAnyOrderElementsOf(
            own.model().parameters().stream().map(Parameter::name).toList());
  }

  @Test
  void aModelThatHasNoPartsIsOne() {
    Model gpt = cases().get(0).model();
    ResidualStream<TFloat64> parts = ResidualStream.whole(gpt);
    assertThat(parts.first()).isEmpty();
    assertThat(parts.branches()).isEmpty();
    assertThat(parts.last().names()).hasSameSizeAs(gpt.parameters());
  }
}
