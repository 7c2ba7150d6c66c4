package org.tflion.tpu;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The picture of the packages: who may know gRPC and TensorFlow, and no cycles. */
@AnalyzeClasses(packages = "org.tflion.tpu", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final DescribedPredicate<JavaClass> GRPC =
      JavaClass.Predicates.resideInAPackage("io.grpc..");

  @ArchTest
  static final ArchRule ONLY_RPC_KNOWS_GRPC =
      noClasses().that().resideOutsideOfPackage("..rpc").should().dependOnClassesThat(GRPC);

  @ArchTest
  static final ArchRule NO_PUBLIC_METHOD_SHOWS_GRPC =
      methods()
          .that()
          .arePublic()
          .should()
          .notHaveRawReturnType(GRPC)
          .andShould()
          .notHaveRawParameterTypes(
              DescribedPredicate.describe("types of gRPC", types -> types.stream().anyMatch(GRPC)));

  @ArchTest
  static final ArchRule ONLY_LOWER_RUNS_TENSORFLOW =
      noClasses()
          .that()
          .resideOutsideOfPackage("..lower")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.tensorflow", "org.tensorflow.op..", "org.tensorflow.types..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("org.tflion.tpu.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NOBODY_PRINTS =
      com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
}
