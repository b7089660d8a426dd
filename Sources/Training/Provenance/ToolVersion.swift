/// The version of Normscope, which every run's provenance names.
package let toolVersion = "0.2.0"
