package espalier.cli;

import java.util.Map;

/** Something that is printed for people or for programs. */
interface Document {
    String text();

    Map<String, Object> json();
}
