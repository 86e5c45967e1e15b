"""The books and slips of an office: control sheet (form 06), log book (form 07), papers handed from room to room."""
