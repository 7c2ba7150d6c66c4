package org.tflion.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;

/** The picture of docs/architecture.md: who may know whom. */
@AnalyzeClasses(packages = "org.tflion", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] OPTIMIZERS = {
    "org.tflion.optim..", "org.tflion.schedule..", "org.tflion.gradient..", "org.tflion.xla.."
  };

  @ArchTest
  static final ArchRule OPTIMIZERS_STAND_ALONE =
      noClasses()
          .that()
          .resideInAnyPackage(OPTIMIZERS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.tflion.train..", "org.tflion.cli..", "io.grpc..");

  @ArchTest
  static final ArchRule TRAINERS_KNOW_NO_COMMAND_LINE =
      noClasses()
          .that()
          .resideInAPackage("org.tflion.train..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.tflion.cli..", "picocli..", "me.tongfei..", "io.grpc..");

  @ArchTest
  static final ArchRule NOBODY_USES_EXAMPLES =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.tflion.examples..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.tflion.examples..");

  @ArchTest
  static final ArchRule ONLY_THE_EDGE_PRINTS =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.tflion.cli..", "org.tflion.examples..")
          .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_EXITS =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.tflion.cli..")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching("org.tflion.(**)").should().beFreeOfCycles();
}
