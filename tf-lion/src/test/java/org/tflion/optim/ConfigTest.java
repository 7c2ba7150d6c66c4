package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tflion.schedule.Schedule;

/** Every number is checked where it is given, and the refusal names it. */
class ConfigTest {

  static Stream<Arguments> refusals() {
    double nan = Double.NaN;
    return Stream.of(
        refusal(() -> LionConfig.of(0), "Lion: learningRate must be finite and above 0 (got 0.0)"),
        refusal(() -> LionConfig.of(nan), "Lion: learningRate"),
        refusal(() -> LionConfig.of(-1), "Lion: learningRate"),
        refusal(() -> LionConfig.of(1).withBetas(1, 0.9), "Lion: beta1 must be in [0, 1)"),
        refusal(() -> LionConfig.of(1).withBetas(0.9, nan), "Lion: beta2 must be in [0, 1)"),
        refusal(() -> LionConfig.of(1).withWeightDecay(-1), "Lion: weightDecay"),
        refusal(() -> LionConfig.of(Schedule.constant(0)), "Lion: learningRate"),
        refusal(
            () -> LionConfig.of(1).withWeightDecay(Schedule.constant(1e308).times(10)),
            "Lion: weightDecay must be finite"),
        refusal(() -> LionConfig.amos(0, 1, 0), "Lion: alpha"),
        refusal(() -> AdamWConfig.of(1).withEpsilon(0), "AdamW: epsilon"),
        refusal(() -> AdamWConfig.of(1).withBetas(-0.1, 0.9), "AdamW: beta1"),
        refusal(() -> NAdamConfig.of(nan), "NAdam: learningRate"),
        refusal(() -> RAdamConfig.of(1).withBetas(0.9, 1), "RAdam: beta2"),
        refusal(() -> AdaBeliefConfig.of(1).withEpsilonRoot(-1), "AdaBelief: epsilonRoot"),
        refusal(() -> AmsGradConfig.of(1).withWeightDecay(nan), "AmsGrad: weightDecay"),
        refusal(() -> SignumConfig.of(1).withBeta(1), "Signum: beta"),
        refusal(() -> SgdMomentumConfig.of(1).withMomentum(nan), "SgdMomentum: momentum"),
        refusal(() -> PowerSignConfig.of(1).withBeta(-1), "PowerSign: beta"),
        refusal(() -> AddSignConfig.of(0), "AddSign: learningRate"),
        refusal(() -> adafactor().withSmallestFactored(0), "Adafactor: smallestFactored"),
        refusal(() -> adafactor().withClip(nan), "Adafactor: clip"),
        refusal(() -> adafactor().withMomentum(1), "Adafactor: momentum must be in [0, 1)"),
        refusal(() -> AdafactorConfig.shazeer().withMomentum(0.9), "Adafactor: momentum must be 0"),
        refusal(() -> UpdateOptions.DEFAULT.withClipNorm(0), "UpdateOptions: clipNorm"),
        refusal(() -> UpdateOptions.DEFAULT.withClipNorm(nan), "UpdateOptions: clipNorm"),
        refusal(() -> UpdateOptions.DEFAULT.withAverage(1), "UpdateOptions: average"),
        refusal(() -> UpdateOptions.DEFAULT.withAccumulated(0), "UpdateOptions: accumulated"));
  }

  private static AdafactorConfig adafactor() {
    return AdafactorConfig.optax(Schedule.constant(1));
  }

  private static Arguments refusal(Supplier<Object> wrong, String message) {
    return Arguments.of(wrong, message);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusesNumbersOutOfRange(Supplier<Object> wrong, String message) {
    assertThatIllegalArgumentException().isThrownBy(wrong::get).withMessageContaining(message);
  }
}
