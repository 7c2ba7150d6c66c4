package org.tflion.discovery;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;

/** What may use what. */
@AnalyzeClasses(
    packages = "org.tflion.discovery",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("org.tflion.discovery.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NOBODY_PRINTS =
      GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule ONLY_LOWERING_KNOWS_TENSORFLOW =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.tflion.discovery.lower..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.tensorflow..",
              "org.tflion.optim..",
              "org.tflion.schedule..",
              "org.tflion.gradient..",
              "org.tflion.xla..");

  @ArchTest
  static final ArchRule ONLY_THE_LOG_KNOWS_JSON =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.tflion.discovery.search")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("tools.jackson..");
}
