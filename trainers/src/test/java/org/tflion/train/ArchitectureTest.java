package org.tflion.train;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The picture of the module's packages: data flows one way, and nothing knows what uses it. */
@AnalyzeClasses(packages = "org.tflion.train", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("org.tflion.train.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule PACKAGES_KNOW_ONLY_WHAT_FLOWS_INTO_THEM =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("root")
          .definedBy("org.tflion.train")
          .layer("config")
          .definedBy("org.tflion.train.config..")
          .layer("data")
          .definedBy("org.tflion.train.data..")
          .layer("model")
          .definedBy("org.tflion.train.model..")
          .layer("task")
          .definedBy("org.tflion.train.task..")
          .layer("step")
          .definedBy("org.tflion.train.step..")
          .layer("checkpoint")
          .definedBy("org.tflion.train.checkpoint..")
          .layer("metrics")
          .definedBy("org.tflion.train.metrics..")
          .layer("loop")
          .definedBy("org.tflion.train.loop..")
          .layer("watch")
          .definedBy("org.tflion.train.watch..")
          .layer("safetensors")
          .definedBy("org.tflion.train.safetensors..")
          .layer("exchange")
          .definedBy("org.tflion.train.exchange..")
          .whereLayer("root")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("config")
          .mayOnlyBeAccessedByLayers("root")
          .whereLayer("data")
          .mayNotAccessAnyLayer()
          .whereLayer("model")
          .mayNotAccessAnyLayer()
          .whereLayer("task")
          .mayOnlyAccessLayers("data", "model")
          .whereLayer("step")
          .mayOnlyAccessLayers("data", "model")
          .whereLayer("checkpoint")
          .mayNotAccessAnyLayer()
          .whereLayer("metrics")
          .mayNotAccessAnyLayer()
          .whereLayer("loop")
          .mayOnlyAccessLayers("data", "step", "metrics")
          .whereLayer("watch")
          .mayOnlyAccessLayers("data", "metrics", "loop")
          .whereLayer("safetensors")
          .mayOnlyAccessLayers("data")
          .whereLayer("exchange")
          .mayOnlyAccessLayers("data", "model", "safetensors");

  @ArchTest
  static final ArchRule ONLY_MODEL_AND_STEP_KNOW_TENSORFLOW =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.tflion.train.model..", "org.tflion.train.step..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.tensorflow..")
                  .and(not(resideInAPackage("org.tensorflow.proto.."))))
          .because("the messages of files are plain data");

  @ArchTest
  static final ArchRule MODELS_KNOW_NO_OPTIMIZER =
      noClasses()
          .that()
          .resideInAPackage("org.tflion.train.model..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.tflion.optim..");

  @ArchTest static final ArchRule NOBODY_PRINTS = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule NOBODY_EXITS =
      noClasses()
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);
}
