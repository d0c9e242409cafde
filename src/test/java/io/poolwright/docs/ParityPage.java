package io.poolwright.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The tables of docs/azure-parity.md: in each section, what becomes here of each name of Azure
 * Batch.
 *
 * @param problems lines that are no row of such a table
 */
record ParityPage(List<Row> rows, List<String> problems) {
  private static final List<String> HEADER =
      List.of("Azure Batch", "Poolwright", "How, or why not", "Shown by");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern CELL_END = Pattern.compile("(?<!\\\\)\\|");

  /**
   * @param names whole ones: what begins with a dot in the page has the name before it in front
   * @param tests {@code Class.method}, or {@code Class.method/case}
   */
  record Row(
      int line,
      String section,
      List<String> names,
      String verdict,
      String how,
      List<String> tests) {
    String where() {
      return "line " + line + ", " + String.join(", ", names);
    }
  }

  static ParityPage read(String markdown) {
    List<Row> rows = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    String section = "";
    boolean inTable = false;
    List<String> lines = markdown.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      String where = "line " + (i + 1) + ": ";
      if (line.startsWith("## ")) {
        section = line.substring(3).strip();
      }
      if (!line.startsWith("|")) {
        inTable = false;
        continue;
      }
      List<String> cells = cells(line);
      if (!inTable) {
        inTable = true;
        if (!cells.equals(HEADER)) {
          problems.add(where + "a table begins with | " + String.join(" | ", HEADER) + " |");
        }
      } else if (cells.size() != HEADER.size()) {
        problems.add(where + "a row has " + HEADER.size() + " cells, not " + cells.size());
      } else if (!cells.stream().allMatch(c -> c.matches("-+"))) {
        if (isMoreThanCode(cells.get(0)) || isMoreThanCode(cells.get(3))) {
          problems.add(where + "names and tests stand in `code`, with commas between them");
        }
        rows.add(
            new Row(
                i + 1,
                section,
                whole(code(cells.get(0))),
                cells.get(1),
                cells.get(2),
                code(cells.get(3))));
      }
    }
    return new ParityPage(List.copyOf(rows), List.copyOf(problems));
  }

  private static List<String> cells(String line) {
    String inner = line.substring(1, line.endsWith("|") ? line.length() - 1 : line.length());
    return CELL_END.splitAsStream(inner + " ").map(c -> c.strip().replace("\\|", "|")).toList();
  }

  private static List<String> code(String cell) {
    return CODE.matcher(cell).results().map(m -> m.group(1).strip()).toList();
  }

  private static boolean isMoreThanCode(String cell) {
    return !CODE.matcher(cell).replaceAll("").matches("[, ]*");
  }

  /** {@code a, .b, .c} is {@code a, a.b, a.c}. */
  static List<String> whole(List<String> names) {
    List<String> whole = new ArrayList<>();
    String owner = "";
    for (String name : names) {
      if (!name.startsWith(".")) {
        owner = name;
      }
      whole.add(name.startsWith(".") ? owner + name : name);
    }
    return List.copyOf(whole);
  }
}
