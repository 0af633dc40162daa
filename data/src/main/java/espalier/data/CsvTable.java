package espalier.data;

import java.util.List;

/**
 * What one CSV file holds.
 *
 * @param name the file
 * @param header names of all columns, that of the label too; empty where there is none
 * @param columns number of features
 * @param features row by row
 * @param labels the text of each row's label; empty where there are none
 */
record CsvTable(String name, List<String> header, int columns, float[] features, List<String> labels) {
    int rows() {
        return features.length / columns;
    }
}
