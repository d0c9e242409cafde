package io.poolwright.docs;

import io.poolwright.docs.ParityPage.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * What must hold of the page.
 *
 * @param testExists of {@code Class.method} or {@code Class.method/case}
 * @param isThere of a section and a name in it: whether the API has it by that name already
 */
record ParityRules(
    AzureNames names, Predicate<String> testExists, BiPredicate<String, String> isThere) {
  private static final Set<String> VERDICTS =
      Set.of("works", "works differently", "no meaning here", "not yet");

  /** Where a sentence alone will not do: what is here has a test, if it works differently too. */
  private static final Set<String> SHOWN =
      Set.of(
          "Pool: properties",
          "Pool: what it says",
          "Pool: states",
          "Pool: operations",
          "Node deallocation options",
          "Resize errors",
          "Autoscale: life cycle",
          "Autoscale: language",
          "Autoscale: functions",
          "Autoscale: variables",
          "Autoscale: samples",
          "Start task",
          "Network",
          "Users",
          "Mounts",
          "Virtual machine configuration",
          "Compute node: properties",
          "Compute node: states",
          "Compute node: operations",
          "Compute node: why it is unusable",
          "Spot nodes",
          "Application packages",
          "The facts of section 22");

  /** Nothing, if all is as it must be. */
  List<String> complaints(ParityPage page) {
    List<String> complaints = new ArrayList<>(page.problems());
    page.rows().forEach(row -> ofRow(row, complaints));
    ofNames(page, complaints);
    return complaints;
  }

  private void ofRow(Row row, List<String> complaints) {
    String where = row.where() + ": ";
    String verdict = row.verdict();
    boolean explained = row.how().endsWith(".") && row.how().contains(" ");
    boolean needsHow = verdict.equals("works differently") || verdict.equals("no meaning here");
    boolean isAbsent = verdict.equals("no meaning here") || verdict.equals("not yet");
    if (!VERDICTS.contains(verdict)) {
      complaints.add(where + "\"" + verdict + "\" is none of " + new TreeSet<>(VERDICTS));
    }
    if (row.names().isEmpty()) {
      complaints.add(where + "a row names something");
    }
    if (verdict.equals("works") && row.tests().isEmpty()) {
      complaints.add(where + "no test shows that it works");
    }
    if (SHOWN.contains(row.section())
        && verdict.equals("works differently")
        && row.tests().isEmpty()) {
      complaints.add(where + "what works differently needs a test in this section");
    }
    if (needsHow && !explained) {
      complaints.add(where + "\"" + verdict + "\" needs a sentence");
    }
    if (isAbsent && !row.tests().isEmpty()) {
      complaints.add(where + "a test cannot show what is not there");
    }
    row.tests().stream()
        .filter(t -> !testExists.test(t))
        .forEach(t -> complaints.add(where + "there is no test " + t));
    if (isAbsent) {
      row.names().stream()
          .filter(n -> isThere.test(row.section(), n))
          .forEach(n -> complaints.add(where + n + " is there: say how it works"));
    }
  }

  private void ofNames(ParityPage page, List<String> complaints) {
    Set<String> told = new HashSet<>();
    for (Row row : page.rows()) {
      for (String name : row.names()) {
        if (!told.add(row.section() + ": " + name)) {
          complaints.add(row.where() + ": " + name + " has a row in this section already");
        }
      }
    }
    Set<String> wanted = new HashSet<>();
    names.sections().forEach((s, all) -> all.forEach(name -> wanted.add(s + ": " + name)));
    wanted.stream()
        .filter(n -> !told.contains(n))
        .sorted()
        .forEach(n -> complaints.add("there is no row for " + n));
    told.stream()
        .filter(n -> !wanted.contains(n))
        .sorted()
        .forEach(n -> complaints.add("azure-batch-names.txt does not have " + n));
  }
}
