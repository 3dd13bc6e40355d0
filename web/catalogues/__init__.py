"""What pages say, in other languages: a `.po` file each."""
