"""What is made from one record (一单一图一表, seed 001 二(一)1): guide, process map, element table."""
