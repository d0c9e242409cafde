package io.poolwright.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * docs/azure-parity.md tells of all that Azure Batch has a name for, and what it says works has a
 * test.
 */
class AzureParityPageTest {
  private static final ExistingTests TESTS = new ExistingTests();

  @Test
  void everyRowIsWholeAndNoneIsMissing() throws IOException {
    AzureNames names =
        AzureNames.read(Files.readString(Path.of("src/test/resources/azure-batch-names.txt")));
    ParityPage page = ParityPage.read(Files.readString(Path.of("docs/azure-parity.md")));

    assertThat(new ParityRules(names, TESTS, new OfTheApi()).complaints(page)).isEmpty();
  }

  @Test
  void testsAreThoseThatExist() {
    assertThat(
            List.of(
                "AzureParityPageTest.testsAreThoseThatExist",
                "AzureParityPageTest.aBrokenRowIsToldOf",
                "PoolSizingTest.decisions",
                "PoolSizingTest.decisions/steady",
                "SchemaIT.valid/pool-full",
                "agent.PackagesTest.aPackageAppearsWholeUnderItsName",
                "NodesE2E.podsThatAreDeletedByHandAndNodesThatLeaveLoseNoTask"))
        .allMatch(TESTS);
    assertThat(
            List.of(
                "AzureParityPageTest",
                "AzureParityPageTest.complaints",
                "NoSuchTest.testsAreThoseThatExist",
                "PoolSizingTest.decisions/no-such-case",
                "PoolSizingTest.decisions/",
                "SchemaIT.invalid/pool-full",
                "PackagesTest.aPackageAppearsWholeUnderItsName"))
        .as("the last: there are two of that name")
        .noneMatch(TESTS);
  }

  @Test
  void whatTheApiHasIsFoundByItsPlace() {
    OfTheApi api = new OfTheApi();

    assertThat(api.test("Pool: properties", "targetDedicatedNodes")).isTrue();
    assertThat(api.test("Pool: properties", "applicationPackageReferences.version")).isTrue();
    assertThat(api.test("Output files", "destination.container.path")).isTrue();
    assertThat(api.test("Compute node: states", "waitingforstarttask")).isTrue();
    assertThat(api.test("Pool: properties", "certificateReferences")).isFalse();
    assertThat(api.test("Output files", "destination.container.nothing")).isFalse();
    assertThat(api.test("No section", "targetDedicatedNodes")).isFalse();
  }

  private static final String TABLE =
      """
      # Page

      ## One

      Words.

      | Azure Batch | Poolwright | How, or why not | Shown by |
      |---|---|---|---|
      | `a`, `.b`, `.c` | works | | `AzureParityPageTest.testsAreThoseThatExist` |
      | `d \\|\\| e` | works differently | By doing this. | |

      ## Two

      | Azure Batch | Poolwright | How, or why not | Shown by |
      |---|---|---|---|
      | `a` | no meaning here | There are none. | |
      | `f` | not yet | | |

      ## The facts of section 22

      | Azure Batch | Poolwright | How, or why not | Shown by |
      |---|---|---|---|
      | `g + h ⇒ 400` | works differently | It is so. | `AzureParityPageTest.testsAreThoseThatExist` |
      """;

  private static final String NAMES =
      """
      # Names.
      [One]
      a
      .b
      .c
      d || e
      [Two]
      a
      f
      [The facts of section 22]
      g + h ⇒ 400
      """;

  private static List<String> complaints(String page, String names) {
    return new ParityRules(
            AzureNames.read(names),
            TESTS,
            (section, name) -> section.equals("Two") && name.equals("there"))
        .complaints(ParityPage.read(page));
  }

  @Test
  void aPageThatIsAsItMustBeHasNoComplaints() {
    assertThat(complaints(TABLE, NAMES)).isEmpty();
    assertThat(ParityPage.read(TABLE).rows())
        .extracting(ParityPage.Row::names)
        .contains(List.of("a", "a.b", "a.c"), List.of("d || e"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "not yet | ~ soon | ~ line 17, f: \"soon\" is none of",
        "not yet | ~ | ~ line 17, f: \"\" is none of",
        "`AzureParityPageTest.testsAreThoseThatExist` ~ '' ~ line 9, a, a.b, a.c: no test shows that it works",
        "testsAreThoseThatExist ~ testsAreNot ~ line 9, a, a.b, a.c: there is no test AzureParityPageTest.testsAreNot",
        "`AzureParityPageTest ~ `NoSuchTest ~ line 9, a, a.b, a.c: there is no test NoSuchTest.testsAreThoseThatExist",
        "It is so. | `AzureParityPageTest.testsAreThoseThatExist` ~ It is so. | ~ line 23, g + h ⇒ 400: what works differently needs a test",
        "`g + h ⇒ 400` ~ `g` ~ there is no row for The facts of section 22: g + h ⇒ 400",
        "By doing this. ~ '' ~ line 10, d || e: \"works differently\" needs a sentence",
        "By doing this. ~ Somehow ~ line 10, d || e: \"works differently\" needs a sentence",
        "There are none. ~ '' ~ line 16, a: \"no meaning here\" needs a sentence",
        "not yet | | | ~ not yet | | `AzureParityPageTest.testsAreThoseThatExist` | ~ line 17, f: a test cannot show what is not there",
        "`f` | not yet | | | ~ `a` | not yet | | | ~ line 17, a: a has a row in this section already",
        "| `f` | not yet | | | ~ '' ~ there is no row for Two: f",
        "`a`, `.b`, `.c` ~ `a`, `.b` ~ there is no row for One: a.c",
        "`f` ~ `f`, `g` ~ azure-batch-names.txt does not have Two: g",
        "`f` ~ `there` ~ line 17, there: there is there: say how it works",
        "`f` ~ f ~ line 17: names and tests stand in `code`, with commas between them",
        "`f` ~ '' ~ line 17, : a row names something",
        "`AzureParityPageTest.testsAreThoseThatExist` ~ see there ~ line 9: names and tests stand in `code`, with commas between them",
        "`f` | not yet | | | ~ `f` | not yet | | ~ line 17: a row has 4 cells, not 3",
        "Shown by | ~ Test | ~ line 7: a table begins with | Azure Batch | Poolwright | How, or why not | Shown by |",
        "## Two ~ ## Three ~ there is no row for Two: a",
      })
  void aBrokenRowIsToldOf(String right, String wrong, String complaint) {
    assertThat(TABLE).contains(right);

    assertThat(complaints(TABLE.replace(right, wrong), NAMES))
        .anySatisfy(c -> assertThat(c).startsWith(complaint));
  }

  @Test
  void aNameThatIsNotInThePageIsMissed() {
    assertThat(complaints(TABLE, NAMES + "k\n"))
        .containsExactly("there is no row for The facts of section 22: k");
    assertThat(complaints("", NAMES)).hasSize(7);
  }
}
